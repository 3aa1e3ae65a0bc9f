package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.Browser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** The page of the OpenAPI document as a browser shows it. What is in it is held by {@link MannersTest}. */
class DocsInBrowserTest {
    private static final String LIGHTNESS = "getComputedStyle(document.%s).backgroundColor.match(/\\d+/g)"
            + ".slice(0, 3).reduce((sum, one) => sum + Number(one), 0)";

    @TempDir
    private Path directory;

    @Test
    void thePageIsReadableOnADeskAndOnAPhoneByDayAndByNightAndNeedsNothingElse() {
        try (TestServer server = new TestServer(directory);
                Browser browser = Browser.start(directory.resolve("browser"))) {
            browser.screen(1300, 900);
            browser.open(server.uri("/docs"));
            assertThat(browser.page().getTitle()).isEqualTo("makima API");
            assertThat(browser.ask("document.querySelectorAll('main section[id] h3 code').length"))
                    .isEqualTo((long) server.server.routes().size());
            assertThat(browser.ask("getComputedStyle(document.querySelector('nav')).position"))
                    .as("the style is taken, by its hash")
                    .isEqualTo("sticky");

            browser.page().findElement(By.linkText("POST /mesh/tasks")).click();
            assertThat(browser.page().getCurrentUrl()).endsWith("#createTask");
            assertThat((Long) browser.ask("Math.round(document.querySelector(':target').getBoundingClientRect().top)"))
                    .as("it is at the top at once")
                    .isBetween(0L, 100L);
            assertThat(browser.page().findElement(By.cssSelector(":target")).getText())
                    .contains("/api/v1/mesh/tasks", "TaskForm", "201");

            for (int width : List.of(1300, 800, 390, 320)) {
                browser.screen(width, 844);
                assertThat(browser.ask("document.documentElement.scrollWidth <= innerWidth"))
                        .as("nothing has to be moved sideways at " + width)
                        .isEqualTo(true);
            }
            assertThat(((Number) browser.ask("document.querySelector('#schema-Task td').getBoundingClientRect().width"))
                            .doubleValue())
                    .as("a field's name has a line of its own on a phone")
                    .isGreaterThan(200);

            assertThat((Long) browser.ask(LIGHTNESS.formatted("body"))).isGreaterThan(600);
            browser.dark(true);
            assertThat((Long) browser.ask(LIGHTNESS.formatted("body"))).isLessThan(150);

            assertThat(browser.ask("performance.getEntriesByType('resource').map(one => one.name)"))
                    .as("what it fetched beside itself")
                    .isEqualTo(List.of());
            assertThat(browser.complaints()).isEmpty();
            policyHolds(browser);
        }
    }

    /** What someone might smuggle into the page does nothing, in this browser. */
    private static void policyHolds(Browser browser) {
        browser.page()
                .executeScript(
                        "const script = document.createElement('script'); script.text = 'window.smuggled = true';"
                                + "document.body.append(script); document.body.setAttribute('style', 'display: none');"
                                + "const picture = document.createElement('img'); picture.src = '/health/live';"
                                + "document.body.append(picture);");
        assertThat(browser.ask("window.smuggled === undefined")).isEqualTo(true);
        assertThat(browser.ask("getComputedStyle(document.body).display")).isNotEqualTo("none");
        // What is refused of a picture is said when it would be fetched, which is after the script.
        List<String> complaints = new ArrayList<>();
        Await.until(Duration.ofSeconds(20), "what the policy refused", () -> {
            complaints.addAll(browser.complaints());
            return complaints.size() >= 3;
        });
        assertThat(complaints).allSatisfy(one -> assertThat(one).contains("Content Security Policy"));
    }
}
