package dev.makima.cli.command.services;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Secret;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.EmbeddedStack;
import dev.makima.cli.local.Futures;
import dev.makima.cli.local.Instance;
import dev.makima.cli.local.LocalInstance;
import dev.makima.cli.local.LocalStack.Parts;
import dev.makima.cli.local.Service;
import dev.makima.cli.local.Setup;
import dev.makima.config.Loaded;
import dev.makima.config.ServerConfig;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Server, or server and daemon, that stay until they are stopped; this machine's instance meanwhile. */
final class StayingStack {
    private final Surroundings surroundings;
    private final ServiceOptions options;
    private final Setup setup;

    StayingStack(Surroundings surroundings, ServiceOptions options, Map<String, @Nullable String> flags) {
        this.surroundings = surroundings;
        this.options = options;
        this.setup = options.setup(surroundings, flags);
    }

    int run(boolean withDaemon) throws InterruptedException {
        if (options.printConfig) {
            return print(withDaemon);
        }
        AtomicReference<@Nullable EmbeddedStack> started = new AtomicReference<>();
        LocalInstance.Use use = Configured.orExit(
                () -> new LocalInstance(surroundings.home())
                        .attachOrStart(
                                parts -> {
                                    EmbeddedStack stack = EmbeddedStack.start(setup, parts, false);
                                    started.set(stack);
                                    return stack;
                                },
                                withDaemon ? Parts.SERVER_AND_DAEMON : Parts.SERVER,
                                true,
                                note -> surroundings.err().println("makima: " + note)),
                false,
                surroundings);
        EmbeddedStack stack = started.get();
        if (stack == null) {
            long pid = use.instance().pid();
            String url = use.instance().url().toString();
            use.close();
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "an instance runs already in " + surroundings.home() + ": process " + pid + ", " + url,
                    "Use that one, stop it (kill " + pid + "), or give another MAKIMA_HOME:"
                            + " commands of this machine find a server by that alone, not by home in a file");
        }
        surroundings.out().println("makima server is at " + use.instance().url());
        stack.firstKey().ifPresent(this::show);
        surroundings.out().println(next(withDaemon, use.instance()));
        surroundings.out().flush();
        return Service.untilStopped(withDaemon ? stack::await : StayingStack::never, use::close);
    }

    private static int never() throws InterruptedException {
        new CountDownLatch(1).await();
        return ExitCode.OK;
    }

    private static String next(boolean withDaemon, Instance instance) {
        return withDaemon
                ? "A daemon works here too. Give it something to do: makima run PLAN. Ctrl-C ends both."
                : "Connect a daemon: MAKIMA_API_KEY=… makima daemon --server-url " + instance.url()
                        + "   (makima keys create NAME makes a key)";
    }

    private void show(Secret key) {
        surroundings.out().println("Its admin key, shown this once: " + key.reveal());
        surroundings.out().println("  (commands on this machine need none; elsewhere: export MAKIMA_API_KEY=…)");
    }

    private int print(boolean withDaemon) {
        Vertx vertx = Futures.vertx();
        try {
            Loaded<ServerConfig> server = Configured.orExit(() -> setup.server(vertx), true, surroundings);
            surroundings.out().print(server.print());
            if (withDaemon) {
                Setup joined = new Setup(
                        surroundings,
                        options.config,
                        joined(server.config().http().port()));
                surroundings
                        .out()
                        .print(Configured.orExit(() -> joined.daemon(vertx), true, surroundings)
                                .print());
            }
            return ExitCode.OK;
        } finally {
            Futures.close(vertx);
        }
    }

    /** What the daemon is told by the server beside it. */
    private Map<String, String> joined(int port) {
        Map<String, String> all = new HashMap<>(setup.flags());
        all.put("server.url", "http://127.0.0.1:" + port);
        all.put("server.apiKey", "made-at-start");
        return all;
    }
}
