package dev.makima.config;

import java.nio.file.Path;

/** Where a value comes from. */
public sealed interface Source {

    /** The source in a few words, as --print-config shows it. */
    String words();

    /** A command-line flag. */
    record Flag(String name) implements Source {
        @Override
        public String words() {
            return "flag " + name;
        }
    }

    /** A variable of the environment. */
    record Variable(String name) implements Source {
        @Override
        public String words() {
            return "variable " + name;
        }
    }

    /** A configuration file. */
    record File(Path path) implements Source {
        @Override
        public String words() {
            return "file " + path;
        }
    }

    /** The configuration that a verticle was deployed with. */
    record Deployment() implements Source {
        @Override
        public String words() {
            return "deployment";
        }
    }

    /** Another key, from which the value follows. */
    record Derived(String key) implements Source {
        @Override
        public String words() {
            return "from " + key;
        }
    }

    /** Nobody said anything. */
    record Default() implements Source {
        @Override
        public String words() {
            return "default";
        }
    }
}
