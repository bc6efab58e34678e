package io.synod.learner.service.console;

import io.synod.config.NodeDescription;
import io.synod.config.PaxosProperties;
import io.synod.http.ServiceCalls;
import io.synod.learner.service.ClientServices;
import io.synod.learner.service.Subscribers;
import io.synod.node.NodeIdentity;
import io.synod.observability.IdsAsText;
import io.synod.observability.PaxosEndpoint;
import io.synod.protocol.NodeId;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The console: {@code GET /} of a learner or replica, its scripts and styles, and {@code GET /api/cluster}. */
@Configuration(proxyBeanMethods = false)
@Import(ApiPageConfiguration.class)
public class ConsoleConfiguration implements WebMvcConfigurer {

    /** The version that the build has, of which one file is served. */
    private static final String PLOTS = "classpath:/META-INF/resources/webjars/uplot/1.6.24/dist/";

    @Bean
    ClusterController clusterController(
            NodeDescription description,
            NodeIdentity identity,
            PaxosProperties properties,
            PaxosEndpoint endpoint,
            IdsAsText ids,
            ServiceCalls calls,
            Subscribers subscribers) {
        PaxosProperties.Learner learner = properties.learner();
        NodeId self = identity.nodeId();
        ClusterView view = new ClusterView(description.cluster(), self, () -> ids.get().valueToTree(endpoint.paxos()),
                ClientServices.parse(learner.clientServices()), calls);
        ClusterController.Abilities abilities = new ClusterController.Abilities(
                learner.canTrim(), learner.clientServices().size(), subscribers.max());
        return new ClusterController(view, description, self.toString(), abilities, subscribers::count);
    }

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController("/").setViewName("forward:/console/index.html");
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/console/lib/**").addResourceLocations(PLOTS);
        registry.addResourceHandler("/console/**").addResourceLocations("classpath:/console/");
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new PageHeaders()).addPathPatterns("/", "/console/**");
    }
}
