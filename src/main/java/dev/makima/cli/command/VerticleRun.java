package dev.makima.cli.command;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.DaemonProgram;
import dev.makima.cli.local.Futures;
import dev.makima.cli.local.Setup;
import dev.makima.config.ConfigLoader;
import dev.makima.config.Logging;
import dev.makima.config.LoggingSettings;
import dev.makima.daemon.DaemonVerticle;
import dev.makima.daemon.bus.DaemonEnd;
import dev.makima.server.ServerVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.launcher.application.HookContext;
import io.vertx.launcher.application.VertxApplication;
import io.vertx.launcher.application.VertxApplicationHooks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code makima run CLASS --conf FILE}: deploys a verticle by its name, as {@code vertx run} did. */
public final class VerticleRun {
    private static final Pattern CLASS_NAME = Pattern.compile("[\\p{Alpha}_$][\\w$]*(\\.[\\p{Alpha}_$][\\w$]*)+");

    /** Held, since java.util.logging forgets loggers that nobody holds. */
    private static final Logger LAUNCHER_LOG = Logger.getLogger("io.vertx.launcher");

    private final Surroundings surroundings;

    /** A launcher. */
    public VerticleRun(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Whether the arguments, "run" first, name a verticle rather than a plan. Cheap where they do not. */
    public static boolean isMeant(String[] arguments) {
        List<String> positionals = positionals(arguments);
        return positionals.size() == 1 && isVerticle(positionals.getFirst());
    }

    /**
     * Says so where the arguments, "run" first, name a class that is not there, or is no verticle: a plan of one word
     * with dots is one only without what belongs to a verticle.
     *
     * @throws MakimaException NOT_FOUND naming the verticles that there are
     */
    public static void refuseMisspelt(String[] arguments) {
        List<String> positionals = positionals(arguments);
        if (positionals.size() != 1) {
            return;
        }
        String name = positionals.getFirst();
        boolean configured = List.of(arguments).stream()
                .anyMatch(argument ->
                        argument.equals("-conf") || argument.equals("--conf") || argument.startsWith("--conf="));
        if (CLASS_NAME.matcher(name).matches() && (configured || name.startsWith("dev.makima."))) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "there is no verticle " + name,
                    "There are " + DaemonVerticle.class.getName() + " and " + ServerVerticle.class.getName()
                            + "; a plan for an agent has more than one word");
        }
    }

    private static List<String> positionals(String[] arguments) {
        List<String> positionals = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            boolean option = arguments[i].startsWith("-");
            boolean value = i > 1 && arguments[i - 1].startsWith("-") && !arguments[i - 1].contains("=");
            if (!option && (!value || isVerticle(arguments[i]))) {
                positionals.add(arguments[i]);
            }
        }
        return positionals;
    }

    private static boolean isVerticle(String name) {
        if (name.startsWith("java:")) {
            return CLASS_NAME.matcher(name.substring(5)).matches();
        }
        if (!CLASS_NAME.matcher(name).matches()) {
            return false;
        }
        try {
            Class<?> type = Class.forName(name, false, VerticleRun.class.getClassLoader());
            return Deployable.class.isAssignableFrom(type);
        } catch (ClassNotFoundException | LinkageError e) {
            return false; // a word with dots in a plan
        }
    }

    /**
     * Deploys it and stays until the process is told to end.
     *
     * @param arguments those after "run"
     */
    public int launch(List<String> arguments) {
        List<String> passed = new ArrayList<>();
        JsonObject tree = new JsonObject();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            // The launcher says --conf, all other commands here say --config.
            boolean file = argument.equals("--conf") || argument.equals("-conf") || argument.equals("--config");
            if (file
                    && i + 1 < arguments.size()
                    && !arguments.get(i + 1).strip().startsWith("{")) {
                i++;
                tree = tree(arguments.get(i));
            } else if (argument.startsWith("--conf=") && !argument.startsWith("--conf={")) {
                tree = tree(argument.substring("--conf=".length()));
            } else if (!argument.equals("--debug")) {
                passed.add(argument);
            }
        }
        return start(passed, tree);
    }

    private JsonObject tree(String file) {
        Path path = surroundings.directory().resolve(surroundings.expand(file));
        Vertx vertx = Futures.vertx();
        try {
            return new ConfigLoader(vertx).readTree(path);
        } finally {
            Futures.close(vertx);
        }
    }

    private int start(List<String> arguments, JsonObject tree) {
        Logging.apply(new LoggingSettings(LoggingSettings.Level.INFO, LoggingSettings.Format.PRETTY));
        Setup.warnOfLocale();
        // What it would log is said at the end, without a stack.
        LAUNCHER_LOG.setLevel(Level.OFF);
        Hooks hooks = new Hooks(tree);
        // The launcher's own failure handling calls System.exit on an event loop, where its shutdown hook then waits
        // two minutes for that very loop. So it is told not to exit, and this thread does.
        int code = new Application(arguments.toArray(String[]::new), hooks).launch();
        if (code != 0) {
            hooks.close();
            Throwable failure = hooks.failure;
            if (failure instanceof MakimaException known) {
                throw known;
            }
            if (failure != null || code != ExitCode.USAGE) {
                throw new MakimaException(
                        ErrorCode.COMMAND_FAILED,
                        "the verticle was not deployed: "
                                + (failure == null ? "the launcher ended with code " + code : failure),
                        "Check the class name, its configuration, and what it logged",
                        failure);
            }
            return ExitCode.USAGE;
        }
        // Returning ends in System.exit, which a signal does without us: the launcher's shutdown hook closes Vert.x
        // then.
        try {
            return DaemonProgram.awaitDeployed(hooks.daemonEnded.future());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.OK;
        } finally {
            hooks.close();
        }
    }

    private static final class Application extends VertxApplication {
        Application(String[] arguments, VertxApplicationHooks hooks) {
            super(arguments, hooks, true, false);
        }
    }

    private static final class Hooks implements VertxApplicationHooks {
        private final JsonObject tree;
        private volatile @Nullable Vertx vertx;
        private volatile @Nullable Throwable failure;
        /** Never completed where no daemon is deployed. */
        private final Promise<DaemonEnd> daemonEnded = Promise.promise();

        Hooks(JsonObject tree) {
            this.tree = tree;
        }

        @Override
        public JsonObject afterConfigParsed(@Nullable JsonObject config) {
            // Null where no --conf was left for the launcher.
            return config == null ? tree : tree.copy().mergeIn(config, true);
        }

        @Override
        public void afterVertxStarted(HookContext context) {
            vertx = context.vertx();
            DaemonProgram.endedIn(context.vertx()).onComplete(daemonEnded);
        }

        @Override
        public void afterFailureToStartVertx(HookContext context, Throwable cause) {
            failure = cause;
        }

        @Override
        public void afterFailureToDeployVerticle(HookContext context, Throwable cause) {
            failure = cause;
        }

        void close() {
            Vertx started = vertx;
            if (started != null) {
                DaemonProgram.closeAll(started);
            }
        }
    }
}
