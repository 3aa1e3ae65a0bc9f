package dev.makima.testkit;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A real browser without a window: the machine's Chromium with the ChromeDriver beside it, so that nothing is downloaded.
 * What it keeps lies in a directory of the test. To be used by one thread.
 */
public final class Browser implements AutoCloseable {
    /** As root it has no sandbox of its own; the rest keeps it off the network. */
    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /**
     * Starts one. Without Chromium the calling test is skipped with a loud reason, or fails where
     * {@code MAKIMA_TEST_STRICT=1} is set.
     *
     * @param home an empty directory of the test
     */
    public static Browser start(Path home) {
        Optional<Path> chromium = find("chromium");
        Optional<Path> chromedriver = find("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            String reason = "No browser is installed: install the packages chromium and chromium-driver.";
            if (RealAgent.strict()) {
                Assertions.fail(reason + " MAKIMA_TEST_STRICT=1 forbids skipping.");
            }
            Assumptions.abort("SKIPPED. " + reason);
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toFile());
        options.addArguments(FLAGS);
        options.addArguments("--user-data-dir=" + home.resolve("profile"));
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.orElseThrow().toFile())
                .usingAnyFreePort()
                .withEnvironment(Map.of("HOME", home.toString()))
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static Optional<Path> find(String program) {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .map(place -> Path.of(place.isEmpty() ? "." : place, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** What asks and steers the page that is open. */
    public ChromeDriver page() {
        return driver;
    }

    /** Opens a page and waits until it is there. */
    public void open(URI address) {
        driver.get(address.toString());
    }

    /** Takes the size of a screen, in CSS pixels: 390 × 844 is a phone. */
    public void screen(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    /** Whether the person likes pages dark. */
    public void dark(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** What a script in the page gives: a Boolean, a Long, a Double, a String or a List. */
    public Object ask(String script, Object... arguments) {
        return Objects.requireNonNull(driver.executeScript("return " + script, arguments), script);
    }

    /** What the page's console said since this was asked last: what a policy refused, what could not be had, mistakes. */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    /** A picture of what is seen, as PNG. */
    public byte[] picture() {
        return driver.getScreenshotAs(org.openqa.selenium.OutputType.BYTES);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
