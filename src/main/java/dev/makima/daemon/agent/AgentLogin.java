package dev.makima.daemon.agent;

import dev.makima.agent.AgentEnvironment;
import dev.makima.agent.AgentVersion;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig;
import dev.makima.protocol.ReauthState;
import dev.makima.protocol.ReauthStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Logs the agent in anew for somebody who is not at this machine: by the agent's own {@code auth login}, whose address goes out
 * and whose code comes in. The agent keeps what it gets; running agents take it up by themselves. One login at a time: the next
 * one ends the one before. Codes are never logged.
 *
 * <p>Blocking; thread-safe.
 */
public final class AgentLogin {
    /** A little less than a server waits for an answer. */
    public static final Duration ANSWERS_WITHIN = Duration.ofSeconds(25);

    /** How long a person has, in seconds, to bring the code. */
    private static final String CODE_WITHIN = "600";

    private static final Pattern ADDRESS = Pattern.compile(
            "https://(?:claude\\.ai|claude\\.com|console\\.anthropic\\.com|platform\\.claude\\.com)/[^\\s\\x1b\\x07]+(?=[\\s\\x1b\\x07])");
    private static final Pattern ESCAPES =
            Pattern.compile("\\x1b(?:\\[[0-9;?]*[A-Za-z]|\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\))");
    private static final String PROMPT = "Paste code here if prompted >";
    private static final long ENDS_WITHIN_SECONDS = 3;
    private static final int LEAST_SECRET = 4;

    private final DaemonConfig config;
    private final Map<String, String> environment;
    private final Map<String, String> given;
    private final KeptLogin kept;
    private final Duration within;
    /** Codes are handed in one after the other: each waits for its answer. */
    private final Lock handing = new ReentrantLock();

    private volatile Listener listener = Listener.NONE;
    private @Nullable Flow current;
    private @Nullable Open open;
    private boolean closed;

    /** A login under way. */
    private record Flow(UUID requestId, Process process, SaidSoFar said) {}

    /** A login that waits for its code. */
    public record Open(UUID requestId, String address) {}

    /** Hears of every login, whoever has begun it. Called on any thread; must not block for long. */
    public interface Listener {
        /** Nobody. */
        Listener NONE = new Listener() {
            @Override
            public void opened(Open login) {}

            @Override
            public void over(boolean loggedIn) {}
        };

        /** There is one that waits for its code; an earlier one does not any more. */
        void opened(Open login);

        /** The last one that was begun is over. */
        void over(boolean loggedIn);
    }

    /**
     * Logins of the agent that is configured.
     *
     * @param environment the daemon's own, of which the agent gets the allowed part
     * @param within how long it may take to answer
     */
    public AgentLogin(DaemonConfig config, Map<String, String> environment, Duration within) {
        this.config = config;
        this.environment = environment;
        this.given = AgentEnvironment.build(
                environment,
                config.process().envPass(),
                AgentStart.revealed(config.process().envVars()),
                // It would open a browser on this machine, where nobody may sit.
                Map.of("BROWSER", "/bin/true", "NO_COLOR", "1", "TERM", "dumb"),
                false);
        this.kept = new KeptLogin(given);
        this.within = within;
    }

    /** From now on this one hears of logins. To be called once, before the first. */
    public void listener(Listener hears) {
        listener = hears;
    }

    /** What tells one login that is kept on this machine from the next. */
    public String kept() {
        return kept.mark();
    }

    /** Whether there is one, which may be over. Takes a moment. */
    public boolean isKept() throws InterruptedException {
        return kept.isThere(agent());
    }

    /** The one that waits for its code, if there is one. */
    public synchronized Optional<Open> open() {
        // That it has ended is heard a moment later.
        return current != null && current.process().isAlive() ? Optional.ofNullable(open) : Optional.empty();
    }

    /** Begins one; answers with the address to open, or with why there is none. */
    public ReauthStatus begin(UUID requestId) throws InterruptedException {
        return begin(requestId, within);
    }

    /** The same where the address may take so long. */
    ReauthStatus begin(UUID requestId, Duration within) throws InterruptedException {
        Path agent = agent();
        Flow flow = start(requestId, agent);
        @Nullable String text = flow.said().await(said -> ADDRESS.matcher(said).find(), within);
        Matcher address = ADDRESS.matcher(text == null ? "" : text);
        if (address.find()) {
            opened(flow, new Open(requestId, address.group()));
            return new ReauthStatus(requestId, ReauthState.URL_READY, address.group(), null, false);
        }
        flow.process().destroy();
        return ReauthStatus.failure(
                requestId,
                text == null
                        ? "the agent has named no address within " + within.toSeconds() + " s. Log in at its machine: "
                                + agent + " auth login"
                        : "the agent gives no address: " + last(text));
    }

    /** Hands in the code; answers whether it was taken. A code that is not whole may be handed in again. */
    public ReauthStatus code(UUID requestId, String code) throws InterruptedException {
        handing.lockInterruptibly();
        try {
            return handIn(requestId, code);
        } finally {
            handing.unlock();
        }
    }

    private ReauthStatus handIn(UUID requestId, String code) throws InterruptedException {
        @Nullable Flow flow = current();
        String line = code.strip();
        if (flow == null
                || !flow.requestId().equals(requestId)
                || !flow.process().isAlive()) {
            return ReauthStatus.failure(requestId, "no login waits for this code, or not any more. Begin one again");
        }
        if (line.isEmpty() || line.chars().anyMatch(Character::isISOControl)) {
            return ReauthStatus.failure(requestId, "the code is not one line. Send it as it is shown");
        }
        int before = flow.said().text().length();
        try {
            flow.process().getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            flow.process().getOutputStream().flush();
        } catch (IOException e) {
            return ReauthStatus.failure(requestId, "the login has ended meanwhile. Begin one again");
        }
        @Nullable String text = flow.said().await(said -> said.indexOf("\n", before) >= 0, within);
        if (text == null) {
            return ReauthStatus.failure(
                    requestId, "the sign-in service has not answered within " + within.toSeconds() + " s");
        }
        // What it says is its last word, and it ends; or the code was not whole, and it waits for another one.
        boolean done = flow.process().waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)
                && flow.process().exitValue() == 0;
        String words = flow.said().text();
        return done
                ? new ReauthStatus(requestId, ReauthState.COMPLETED, null, null, true)
                : ReauthStatus.failure(
                        requestId, last(without(line, words.substring(Math.min(before, words.length())))));
    }

    /** The halves of a code are as secret as the whole. */
    private static String without(String code, String text) {
        String left = text.replace(code, "***");
        for (String half : code.split("#")) {
            left = half.length() < LEAST_SECRET ? left : left.replace(half, "***");
        }
        return left;
    }

    private void opened(Flow flow, Open login) {
        synchronized (this) {
            if (!flow.equals(current)) {
                return;
            }
            open = login;
        }
        listener.opened(login);
    }

    private void over(Flow flow) {
        synchronized (this) {
            if (!flow.equals(current)) {
                return;
            }
            current = null;
            open = null;
        }
        listener.over(flow.process().exitValue() == 0);
    }

    /** Ends the one that is under way, if any, and lets none begin. */
    public void close() {
        synchronized (this) {
            closed = true;
        }
        end();
    }

    /** Ends the one that is under way, if any. */
    public void end() {
        @Nullable Flow ended;
        synchronized (this) {
            ended = current;
            current = null;
            open = null;
        }
        if (ended != null) {
            ended.process().destroy();
        }
    }

    private synchronized @Nullable Flow current() {
        return current;
    }

    private Path agent() throws InterruptedException {
        AgentProbe probe = new AgentProbe(config.process().claudeCommand(), environment, given);
        Path executable = probe.executable();
        AgentVersion version = probe.version(executable);
        if (version.isUnknown() || !version.isAtLeast(AgentVersion.KNOWS_AUTH)) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "the agent " + executable + " (version " + version.text() + ") can't be logged in from elsewhere",
                    "Log in at its machine: start " + executable + ", and type /login");
        }
        return executable;
    }

    private synchronized Flow start(UUID requestId, Path agent) {
        if (closed) {
            throw new MakimaException(ErrorCode.UNAVAILABLE, "the daemon stops", "Try again when it is back");
        }
        // The agent waits for its code for ever, also where this daemon is killed: only something beside it ends it.
        ProcessBuilder builder =
                new ProcessBuilder(List.of("timeout", "-k", "10", CODE_WITHIN, agent.toString(), "auth", "login"));
        builder.environment().clear();
        builder.environment().putAll(given);
        builder.redirectErrorStream(true);
        try {
            @Nullable Flow before = current;
            Process process = builder.start();
            Flow flow = new Flow(requestId, process, SaidSoFar.by(process));
            current = flow;
            open = null;
            if (before != null) {
                before.process().destroy();
            }
            // Never here and now, where this is locked.
            var _ = process.onExit().thenRunAsync(() -> over(flow));
            return flow;
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED, "the login can't be started: " + e.getMessage(), null, e);
        }
    }

    /** The last of its words, without what is for terminals. */
    private static String last(String text) {
        return ESCAPES.matcher(text)
                .replaceAll("")
                .lines()
                .map(line -> line.replace(PROMPT, "").strip())
                .filter(line -> !line.isEmpty())
                .reduce((_, next) -> next)
                .orElse("it gives no reason");
    }
}
