package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.cli.torture.DatagramDrop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console in a real browser, on a real cluster: it shows what is submitted, says what is down, and recovers. With the
 * system property {@code synod.screenshots} it leaves pictures of its states in that directory.
 */
class ConsoleIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int WIDTH = 1_240;
    private static final int HEIGHT = 1_000;
    private static final int PHONE_WIDTH = 390;
    private static final int PHONE_HEIGHT = 844;

    @TempDir
    private Path directory;

    @TempDir
    private Path profile;

    @Test
    void theConsoleShowsWhatHappensSaysWhatIsDownAndRecovers() {
        Requirement.CHROMIUM.orSkip(getClass(), Browser.isPossible());
        try (ProcessCluster cluster =
                ProcessCluster.up(directory, "--proposers", "2", "--learners", "2");
                Browser browser = Browser.start(profile)) {
            cluster.synod().run("client", "-o", "50", "--duration", "2s").requireOk();
            browser.open("http://127.0.0.1:" + cluster.httpPort("learner-0") + "/", WIDTH, HEIGHT, false);
            verdict(browser, "Healthy.");
            aValueIsSubmittedByKeysAndArrives(browser);
            aTrimIsExplainedAndDone(cluster, browser);
            load(cluster, "20");
            picture(browser, "healthy");
            aLeaderThatIsKilledIsMissedAndReplaced(cluster, browser);
            aLearnerThatIsHeldIsSaidToBeBehind(cluster, browser);
            onAPhoneNothingIsWiderThanThePage(cluster, browser);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void theConsoleSaysWhichLearnerIsBehindAndThatFullAcceptorsRefuseValues() {
        Requirement.CHROMIUM.orSkip(getClass(), Browser.isPossible());
        Requirement.FIREWALL.orSkip(getClass(), DatagramDrop.isPossible());
        Synod synod = new Synod(directory, Map.of("PAXOS_ACCEPTOR_STOREDINSTANCESMAX", "6000",
                "PAXOS_LEARNER_TRIMEVERY", "1000", "PAXOS_PROPOSER_MAXVALUESPERINSTANCE", "1",
                "PAXOS_CLIENT_DEADLINE", "3s"));
        try (ProcessCluster cluster = ProcessCluster.up(synod, "--learners", "2");
                Browser browser = Browser.start(profile)) {
            browser.open("http://127.0.0.1:" + cluster.httpPort("learner-0") + "/", WIDTH, HEIGHT, false);
            verdict(browser, "Healthy.");
            Synod.Running load;
            try (DatagramDrop cut = DatagramDrop.to(cluster.udpPort("learner-1"))) {
                load = synod.startWithPipe("client", "-o", "50", "--duration", "40s");
                verdict(browser, "Behind.");
                assertThat(browser.text("#verdict")).contains("learner-1 lacks", "The others deliver as usual.");
                picture(browser, "learner-behind");
                verdict(browser, "Overloaded.");
                assertThat(browser.text("#verdict")).contains("Acceptors have no room (", "new values are refused",
                        "learner-1 lacks");
                browser.key("s");
                browser.type("no room for this");
                browser.key("Enter");
                browser.await("the page says that the value is not taken", SOON,
                        "document.getElementById('submitted').textContent.includes('certainly not submitted')");
                picture(browser, "overloaded");
                assertThat(cut.dropped()).isPositive();
            }
            verdict(browser, "Healthy.");
            load.await(SOON.plus(SOON));
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void whereTokensAreInForceTheConsoleAsksForOneAndSaysWhatIsWrongWithIt() {
        Requirement.CHROMIUM.orSkip(getClass(), Browser.isPossible());
        Guarded guarded = Guarded.make(directory, null);
        try (ProcessCluster cluster =
                ProcessCluster.up(new Synod(directory, guarded.environment()), "--acceptors", "1");
                Browser browser = Browser.start(profile)) {
            browser.open("http://127.0.0.1:" + cluster.httpPort("learner-0") + "/", WIDTH, HEIGHT, false);
            verdict(browser, "A token is needed.");
            picture(browser, "token");
            enter(browser, "x".repeat(43));
            access(browser, "This token is not known here.");
            enter(browser, guarded.token("reader"));
            verdict(browser, "Healthy.");
            browser.key("s");
            browser.type("from who may not");
            browser.key("Enter");
            access(browser, "takes the role submitter, and the token of reader has the role reader");
            enter(browser, guarded.token("operator"));
            browser.evaluate("document.activeElement.blur()");
            aValueIsSubmittedByKeysAndArrives(browser);
            assertThat(browser.evaluate("document.cookie + location.href + localStorage.length"))
                    .isEqualTo("http://127.0.0.1:" + cluster.httpPort("learner-0") + "/0");
            browser.evaluate("document.getElementById('forget').click()");
            verdict(browser, "A token is needed.");
        }
    }

    private static void enter(Browser browser, String token) {
        browser.evaluate("document.getElementById('token').value = '" + token
                + "'; document.querySelector('#access button').click()");
    }

    private static void access(Browser browser, String words) {
        browser.await("the page says: " + words, SOON,
                "document.getElementById('access-state').textContent.includes('" + words + "')");
    }

    private static void verdict(Browser browser, String words) {
        browser.await("the page says: " + words, SOON,
                "document.querySelector('#verdict strong')?.textContent.includes('" + words + "')");
    }

    private static void aValueIsSubmittedByKeysAndArrives(Browser browser) {
        browser.key("s");
        browser.type("from the browser \u00e4\u00f6\u00fc");
        browser.key("Enter");
        browser.await("the value is decided", SOON,
                "document.getElementById('submitted').textContent.startsWith('Decided at ')");
        browser.await("the value is in the list", SOON,
                "document.querySelector('#stream tbody').textContent.includes('from the browser \u00e4\u00f6\u00fc')");
        browser.evaluate("document.activeElement.blur()");
        browser.key("/");
        browser.type("from the browser");
        browser.await("the list is filtered", SOON, "document.querySelectorAll('#stream tbody tr').length === 1");
        browser.evaluate(
                "const f = document.getElementById('filter'); f.value = ''; f.dispatchEvent(new Event('input')); f.blur()");
        browser.key("p");
        browser.await("the list is paused", SOON,
                "document.getElementById('pause').getAttribute('aria-pressed') === 'true'");
        browser.key("p");
    }

    private static void aTrimIsExplainedAndDone(ProcessCluster cluster, Browser browser) {
        browser.evaluate("document.getElementById('upto').value = '2'; document.querySelector('#trim button').click()");
        assertThat(browser.text("#confirm-text")).contains("forget instances 1 to 2 for good");
        assertThat(cluster.role("acceptor-0", "acceptor").path("trimPoint").asLong()).isZero();
        browser.evaluate("document.getElementById('confirm-yes').click()");
        browser.await("acceptors have trimmed", SOON,
                "document.getElementById('trimmed').textContent.startsWith('Acceptors have trimmed up to 2')");
    }

    private void aLeaderThatIsKilledIsMissedAndReplaced(ProcessCluster cluster, Browser browser) {
        List<String> proposers = List.of("proposer-0", "proposer-1");
        String leader = cluster.leader(proposers);
        String other = leader.equals("proposer-0") ? "proposer-1" : "proposer-0";
        cluster.kill(other);
        cluster.kill(leader);
        verdict(browser, "No leader.");
        assertThat(browser.text("#verdict")).contains("No proposer runs");
        picture(browser, "no-leader");
        cluster.synod().run("start", "proposer", "2").requireOk();
        verdict(browser, "Healthy.");
    }

    private void aLearnerThatIsHeldIsSaidToBeBehind(ProcessCluster cluster, Browser browser) {
        cluster.signal("learner-1", "STOP");
        browser.await("the page misses the learner", SOON,
                "document.getElementById('learners').textContent.includes('does not answer in time')");
        load(cluster, "6");
        picture(browser, "learner-silent");
        cluster.signal("learner-1", "CONT");
        verdict(browser, "Healthy.");
    }

    private static void onAPhoneNothingIsWiderThanThePage(ProcessCluster cluster, Browser browser) {
        browser.open("http://127.0.0.1:" + cluster.httpPort("learner-0") + "/", PHONE_WIDTH, PHONE_HEIGHT, true);
        verdict(browser, "Healthy.");
        assertThat(browser.evaluate("String(document.documentElement.scrollWidth)"))
                .isEqualTo(String.valueOf(PHONE_WIDTH));
    }

    /** Waits until the page is drawn anew. */
    private static void settled(Browser browser) {
        browser.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(''))))");
    }

    private static void load(ProcessCluster cluster, String outstanding) {
        cluster.synod().run("client", "-o", outstanding, "--duration", "4s").requireOk();
    }

    private static void picture(Browser browser, String name) {
        String folder = System.getProperty("synod.screenshots");
        if (folder != null) {
            try {
                Files.createDirectories(Path.of(folder));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            browser.screenshot(Path.of(folder, "console-" + name + ".png"));
            browser.show(WIDTH, HEIGHT, true);
            settled(browser);
            browser.screenshot(Path.of(folder, "console-" + name + "-dark.png"));
            for (boolean dark : new boolean[] {false, true}) {
                browser.show(PHONE_WIDTH, PHONE_HEIGHT, dark);
                settled(browser);
                browser.screenshot(Path.of(folder, "console-" + name + "-phone" + (dark ? "-dark" : "") + ".png"));
            }
            browser.show(WIDTH, HEIGHT, false);
        }
    }
}
