package dev.makima.config;

import dev.makima.config.ConfigReader.BadFileException;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Makes a configuration from all its sources, highest first: flags, variables, the file of --config, the file in the
 * working directory, the user's, the machine's, defaults.
 *
 * <p>Each source is kept apart until the end, so that every value can be shown with where it comes from. Thread-safe.
 */
public final class ConfigLoader {
    private final ConfigReader reader;

    /** A loader that reads files with the processors of Vert.x Config on the given Vert.x. */
    public ConfigLoader(Vertx vertx) {
        this.reader = new ConfigReader(vertx);
    }

    /**
     * The daemon's configuration. Reads files and blocks: not for event loops.
     *
     * @param workingDirectory where relative paths start and the first file is looked for
     * @throws ConfigException with everything that is wrong, where it cannot be used
     */
    public Loaded<DaemonConfig> loadDaemon(Flags flags, Environment environment, Path workingDirectory) {
        return new Load<>(Program.daemon(), flags, environment, workingDirectory).fromFiles(reader);
    }

    /**
     * The server's configuration. Reads files and blocks: not for event loops.
     *
     * @param workingDirectory where relative paths start and the first file is looked for
     * @throws ConfigException with everything that is wrong, where it cannot be used
     */
    public Loaded<ServerConfig> loadServer(Flags flags, Environment environment, Path workingDirectory) {
        return new Load<>(Program.server(), flags, environment, workingDirectory).fromFiles(reader);
    }

    /**
     * The tree of one file, TOML, JSON or YAML by its ending, unchecked: for launchers that hand it to a verticle.
     * Blocks: not for event loops.
     *
     * @throws ConfigException where the file cannot be read
     */
    public JsonObject readTree(Path file) {
        try {
            return new JsonObject(reader.read(file));
        } catch (BadFileException e) {
            throw new ConfigException(
                    "", List.of(e.problem()), List.of(), new Printout(DaemonKeys.TABLE, new Values(Map.of())));
        }
    }

    /**
     * The configuration of a daemon verticle that was deployed with a tree, which stands in for all files. Does not
     * block.
     *
     * @throws ConfigException with everything that is wrong, where it cannot be used
     */
    public static Loaded<DaemonConfig> daemonFromTree(
            JsonObject tree, Flags flags, Environment environment, Path workingDirectory) {
        return new Load<>(Program.daemon(), flags, environment, workingDirectory).fromTree(tree);
    }

    /**
     * The configuration of a server verticle that was deployed with a tree, which stands in for all files. Does not
     * block.
     *
     * @throws ConfigException with everything that is wrong, where it cannot be used
     */
    public static Loaded<ServerConfig> serverFromTree(
            JsonObject tree, Flags flags, Environment environment, Path workingDirectory) {
        return new Load<>(Program.server(), flags, environment, workingDirectory).fromTree(tree);
    }

    /** The table of the daemon's keys in Markdown, for the documentation. */
    public static String daemonTable() {
        return DaemonKeys.TABLE.markdown();
    }

    /** The table of the server's keys in Markdown, for the documentation. */
    public static String serverTable() {
        return ServerKeys.TABLE.markdown();
    }

    /** The dotted keys that have a flag of their own, daemon's and server's: flag to key. */
    public static Map<String, String> flagKeys() {
        Map<String, String> out = new TreeMap<>();
        for (KeyTable table : List.of(DaemonKeys.TABLE, ServerKeys.TABLE)) {
            table.keys().forEach(key -> key.flag().ifPresent(flag -> out.put(flag, key.path())));
        }
        return out;
    }

    /** What differs between daemon and server: keys, checks over several keys, and the record in the end. */
    private record Program<T>(
            KeyTable table, KeyTable other, String command, Function<Values, T> assemble, Completion completion) {

        /** Fills in what follows from other values, and notes what does not go together. */
        @FunctionalInterface
        interface Completion {
            Values complete(Values values, Notes notes);
        }

        static Program<DaemonConfig> daemon() {
            return new Program<>(
                    DaemonKeys.TABLE, ServerKeys.TABLE, "makima daemon", Assembly::daemon, Assembly::completeDaemon);
        }

        static Program<ServerConfig> server() {
            return new Program<>(
                    ServerKeys.TABLE, DaemonKeys.TABLE, "makima server", Assembly::server, (values, notes) -> values);
        }
    }

    /** One going through all sources. */
    private static final class Load<T> {
        private final Program<T> program;
        private final Flags flags;
        private final Environment environment;
        private final Paths paths;
        private final Notes notes = new Notes();
        private final Layers layers;
        private final List<Map<Key<?>, Given>> said = new ArrayList<>();

        Load(Program<T> program, Flags flags, Environment environment, Path workingDirectory) {
            this.program = program;
            this.flags = flags;
            this.environment = environment;
            this.paths = new Paths(environment.userHome(), workingDirectory.toAbsolutePath());
            this.layers = new Layers(program.table(), program.other(), notes);
            said.add(layers.flags(flags));
            said.add(layers.variables(environment));
        }

        Loaded<T> fromFiles(ConfigReader reader) {
            ConfigFiles places = new ConfigFiles(program.table(), environment, paths, notes);
            List<Path> files = places.find(flags);
            boolean complete = true;
            for (Path file : files) {
                try {
                    Map<Key<?>, Given> layer = layers.tree(reader.read(file), new Source.File(file));
                    FilePermissions.warning(file, layer).ifPresent(notes::warning);
                    said.add(layer);
                } catch (BadFileException e) {
                    notes.problem(e.problem());
                    complete = false;
                }
            }
            return finish(files, places.suggested(files), complete);
        }

        Loaded<T> fromTree(JsonObject tree) {
            said.add(layers.tree(Trees.plain(tree), new Source.Deployment()));
            return finish(List.of(), Path.of("the deployment's configuration"), true);
        }

        private Loaded<T> finish(List<Path> files, Path suggested, boolean complete) {
            Values read = new Resolver(program.table(), said, paths, suggested, complete, notes).resolve();
            Values values = program.completion().complete(read, notes);
            Printout printout = new Printout(program.table(), values);
            if (!notes.problems().isEmpty()) {
                throw new ConfigException(
                        "'" + program.command() + " --print-config' shows every value and where it comes from",
                        notes.problems(),
                        notes.warnings(),
                        printout);
            }
            return new Loaded<>(program.assemble().apply(values), notes.warnings(), files, printout);
        }
    }
}
