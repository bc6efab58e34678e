package io.synod.learner.service.console;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Serves the description of the API ({@code /openapi.json}) and the page that shows it ({@code /api.html}). */
@Configuration(proxyBeanMethods = false)
public class ApiPageConfiguration implements WebMvcConfigurer {

    /** The page's own files, some of which the console has too; what a wildcard stands for is looked for below the location. */
    private static final String[] FILES = {"/console/api.*", "/console/*.css", "/console/*.svg"};

    private static final String[] PAGES = {"/api.html", "/openapi.json"};

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler(PAGES).addResourceLocations("classpath:/console/");
        registry.addResourceHandler(FILES).addResourceLocations("classpath:/console/");
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new PageHeaders()).addPathPatterns(PAGES).addPathPatterns(FILES);
    }
}
