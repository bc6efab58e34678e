# One file for the five services; which one an image holds is said by an argument:
#
#   docker build --build-arg SERVICE=acceptor -t synod-acceptor .      (or proposer, learner, client, replica)
#
# The first stage compiles all of them from source, so the five images share it and the build cache keeps it.

FROM maven:3.9.11-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN mvn -B -ntp -q -DskipTests package -am \
    -pl acceptor-service,proposer-service,learner-service,client-service,replica-service

FROM build AS layers
ARG SERVICE
RUN cp ${SERVICE:?is missing, say --build-arg SERVICE=acceptor or another}-service/target/synod-*-exec.jar /service.jar \
    && java -Djarmode=tools -jar /service.jar extract --layers --destination /layers

FROM eclipse-temurin:25.0.3_9-jre-noble
RUN groupadd --gid 10001 synod \
    && useradd --uid 10001 --gid synod --no-create-home --home-dir /var/lib/synod --shell /usr/sbin/nologin synod \
    && install -d -o synod -g synod /var/lib/synod \
    && install -d -o synod -g synod -m 700 /etc/synod /etc/synod/cluster /etc/synod/client /etc/synod/http /etc/synod/operator
WORKDIR /opt/synod
# What changes least comes first, so that a new version of the service is a small download.
COPY --from=layers /layers/dependencies/ ./
COPY --from=layers /layers/spring-boot-loader/ ./
COPY --from=layers /layers/snapshot-dependencies/ ./
COPY --from=layers /layers/application/ ./
COPY deploy/docker/ bin/

# The flags of the JVM, to be replaced as a whole; SYNOD_JAVA_OPTS adds to them, comes later and so wins. They are those
# of the launcher, but that the heap is a share of the container's memory, whose rest the acceptor's store needs, too.
ENV SYNOD_JVM_FLAGS="-XX:+UseSerialGC -Xms24m -XX:MaxRAMPercentage=55 -Xss512k -XX:Tier3DelayOn=0 -XX:Tier3InvocationThreshold=2000 \
-XX:Tier3MinInvocationThreshold=1000 -XX:Tier3CompileThreshold=20000 -XX:Tier4InvocationThreshold=100000 \
-XX:Tier4MinInvocationThreshold=30000 -XX:Tier4CompileThreshold=200000 -XX:Tier4BackEdgeThreshold=600000 \
-XX:CompileCommand=quiet -XX:CompileCommand=CompileThresholdScaling,io/synod/*.*,0.05 \
-XX:CompileCommand=CompileThresholdScaling,sun/nio/ch/*.*,0.05 -XX:CompileCommand=CompileThresholdScaling,java/nio/*.*,0.05 \
-XX:CompileCommand=CompileThresholdScaling,com/sun/crypto/provider/*.*,0.05 \
-XX:CompileCommand=CompileThresholdScaling,javax/crypto/*.*,0.05 \
-XX:CompileCommand=CompileThresholdScaling,org/springframework/messaging/*.*,0.05 \
-XX:CompileCommand=CompileThresholdScaling,org/springframework/integration/channel/*.*,0.05 \
-XX:CompileCommand=CompileThresholdScaling,org/springframework/integration/dispatcher/*.*,0.05 \
-XX:CompileCommand=CompileThresholdScaling,org/springframework/integration/endpoint/*.*,0.05 \
-XX:CompileCommand=CompileThresholdScaling,org/springframework/integration/handler/*.*,0.05 \
-XX:CompileCommand=CompileThresholdScaling,org/springframework/integration/support/*.*,0.05 \
-XX:+ExitOnOutOfMemoryError -XX:-UsePerfData --enable-native-access=ALL-UNNAMED"
ARG SERVICE
ENV SYNOD_SERVICE=${SERVICE}

# Starts the service once, asks it what it will be asked, and keeps the classes that this took, loaded and linked: with
# this cache a start takes less than half the processor time. It also shows that the image starts at all.
RUN bin/rehearse

# A container is reached from outside of its own loopback: it refuses to start without a file of keys
# (PAXOS_SECURITY_KEYFILE) and tokens (PAXOS_SECURITY_TOKENSFILE), which bin/make-keys makes, unless its network is said to be
# trusted: by PAXOS_SECURITY_ALLOWPLAINTEXT=true for datagrams, by PAXOS_SECURITY_ALLOWOPENHTTP=true for HTTP.
# Volumes that are mounted below /etc/synod belong to this user alone.
ENV SERVER_ADDRESS=0.0.0.0 PAXOS_TRANSPORT_BINDADDRESS=0.0.0.0
# What is kept is kept in the volume, below its root, which may hold what is the file system's own.
ENV PAXOS_ACCEPTOR_DATADIRECTORY=/var/lib/synod/acceptor PAXOS_LEARNER_DATADIRECTORY=/var/lib/synod/learner \
    MANAGEMENT_METRICS_SYSTEM_DISKSPACE_PATHS=/var/lib/synod
USER 10001:10001
VOLUME /var/lib/synod
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 CMD ["/opt/synod/bin/healthcheck"]
ENTRYPOINT ["/opt/synod/bin/start"]
