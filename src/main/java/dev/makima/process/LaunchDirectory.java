package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import dev.makima.base.RunId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * The files of one launch, {@code launch-<n>}: what daemon and holder tell each other. Each is written once and by one
 * side; a line counts when its end is there. Thread-safe.
 */
record LaunchDirectory(Path path) {
    private static final String PREFIX = "launch-";

    /** The holder and the process that feeds the agent's input, as the holder recorded them. */
    record Holder(ProcessIdentity holder, ProcessIdentity feeder) {}

    static LaunchDirectory of(Path run, int number) {
        return new LaunchDirectory(run.resolve(PREFIX + number));
    }

    /** The number in a file name of the form {@code launch-<n>}, else 0. */
    static int number(Path file) {
        String name = file.getFileName().toString();
        if (!name.matches(PREFIX + "[1-9][0-9]{0,8}")) {
            return 0;
        }
        return Integer.parseInt(name.substring(PREFIX.length()));
    }

    /** The holder's script. */
    Path script() {
        return path.resolve("holder.sh");
    }

    /** What the agent is to read, whole, from its first byte. */
    Path in() {
        return path.resolve("in");
    }

    /** The named pipe that is the agent's standard input. */
    Path pipe() {
        return path.resolve("p");
    }

    /** What the feeder complained about. */
    Path feed() {
        return path.resolve("feed");
    }

    /**
     * Makes the directory with all that has to be there before the holder starts.
     *
     * @param watch what the agent's watch goes by, where it has one
     * @throws MakimaException CONFLICT where it exists, IO where it cannot be made; then nothing of it is left
     */
    void prepare(ProcFs proc, Optional<WatchTime> watch) {
        try {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            throw new MakimaException(ErrorCode.CONFLICT, "there was such a launch already: " + path, null, e);
        } catch (IOException e) {
            throw failed("cannot make the directory " + path, e);
        }
        try {
            fill(proc);
            watch.ifPresent(this::fillForWatch);
        } catch (MakimaException e) {
            SpoolFiles.deleteTree(path);
            throw e;
        }
    }

    private void fill(ProcFs proc) {
        write("origin", proc.bootId() + " " + proc.pidNamespace() + "\n");
        // The holder writes over these bytes, so that recording the exit needs no space on the disk.
        write("exit.tmp", "---\n");
        PrivateFiles.file(in());
        PrivateFiles.file(feed());
        copy(script());
        Posix.mkfifo(pipe());
    }

    private void fillForWatch(WatchTime watch) {
        write("lease", watch.line());
        // The watch renames it, so that saying what it did needs no space on the disk.
        PrivateFiles.file(watching());
        copy(path.resolve("watch.sh"));
    }

    private static void copy(Path script) {
        try (InputStream content =
                LaunchDirectory.class.getResourceAsStream(script.getFileName().toString())) {
            if (content == null) {
                throw new IllegalStateException(script.getFileName() + " is not in the jar");
            }
            Files.write(PrivateFiles.file(script), content.readAllBytes());
        } catch (IOException e) {
            throw failed("cannot write " + script, e);
        }
    }

    private Path watching() {
        return path.resolve("watching");
    }

    private Path stopped() {
        return path.resolve("stopped");
    }

    /** Tells the watch what it goes by from here on; nothing where the launch has none. */
    void write(WatchTime watch) {
        Path file = path.resolve("lease");
        // Over what is there: a full disk has room for that.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            SpoolFiles.append(channel, 0, ByteBuffer.wrap(watch.line().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchFileException e) {
            // It was started without, or by a daemon before there were any.
        } catch (IOException e) {
            throw failed("cannot write " + file, e);
        }
    }

    /** Whether the watch has let the agent stand still. */
    boolean isStopped() {
        return Files.exists(stopped());
    }

    /** The watch will do it again when the time is over. */
    void clearStopped() {
        try {
            Files.move(stopped(), watching(), StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            // It has not.
        } catch (IOException e) {
            throw failed("cannot rename " + stopped(), e);
        }
    }

    /** Whether the launch was prepared under another boot or in another PID namespace; the answer in words. */
    Optional<String> otherWorld(ProcFs proc) {
        Optional<String[]> origin = line("origin").map(line -> line.split(" ", -1));
        if (origin.isEmpty() || origin.get().length != 2) {
            return Optional.empty();
        }
        if (!origin.get()[0].equals(proc.bootId())) {
            return Optional.of("the machine was started anew since");
        }
        if (!origin.get()[1].equals(Long.toString(proc.pidNamespace()))) {
            return Optional.of("it ran in another PID namespace (container) than this daemon");
        }
        return Optional.empty();
    }

    /** Who the agent is, once it said so. */
    Optional<ProcessIdentity> agent() {
        return line("id").flatMap(ProcessIdentity::parse);
    }

    /** Who the holder is, once it said so. */
    Optional<Holder> holder() {
        List<String> lines = lines("holder");
        if (lines.size() != 2) {
            return Optional.empty();
        }
        Optional<ProcessIdentity> holder = ProcessIdentity.parse(lines.get(0));
        Optional<ProcessIdentity> feeder = ProcessIdentity.parse(lines.get(1));
        return holder.isPresent() && feeder.isPresent()
                ? Optional.of(new Holder(holder.get(), feeder.get()))
                : Optional.empty();
    }

    /** Says where the agent's cgroup is; before it is started. */
    void record(Cgroup cgroup) {
        write("cgroup", cgroup.directory() + "\n");
    }

    /** The agent's cgroup, where it was given one; it may be gone by now. */
    Optional<Cgroup> cgroup(RunId run) {
        int number = number(path);
        return line("cgroup")
                .map(Path::of)
                // The agent could write to that file, and must not get to choose what is killed.
                .filter(directory -> directory.isAbsolute() && directory.endsWith(Cgroup.name(run, number)))
                .map(Cgroup::new);
    }

    /** The recorded end, if there is one. */
    Optional<LaunchState> exit() {
        Path file = path.resolve("exit");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        // It came by rename and is whole; anything else is damage that no waiting heals.
        return Optional.of(line("exit")
                .filter(line -> line.matches("[0-9]{3}"))
                .<LaunchState>map(line -> new LaunchState.Exited(Integer.parseInt(line)))
                .orElseGet(() -> new LaunchState.Lost("its recorded exit status is damaged: " + file)));
    }

    private Optional<String> line(String name) {
        List<String> lines = lines(name);
        return lines.size() == 1 ? Optional.of(lines.getFirst()) : Optional.empty();
    }

    private List<String> lines(String name) {
        Path file = path.resolve(name);
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            return text.endsWith("\n") ? text.lines().toList() : List.of();
        } catch (NoSuchFileException e) {
            // Not written yet.
            return List.of();
        } catch (IOException e) {
            throw failed("cannot read " + file, e);
        }
    }

    private void write(String name, String content) {
        Path file = PrivateFiles.file(path.resolve(name));
        try {
            Files.writeString(file, content, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw failed("cannot write " + file, e);
        }
    }

    private static MakimaException failed(String what, IOException cause) {
        return SpoolFiles.failed(what, cause);
    }
}
