package dev.makima.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.Main;
import dev.makima.testkit.Executable;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MakimaCommandTest {
    @TempDir
    private Path temp;

    private Path home;

    private record Outcome(int exit, String out, String err) {}

    @BeforeEach
    void aHomeThatShellsStumbleOver() throws IOException {
        home = Files.createDirectory(temp.resolve("it's a \"home\" $HOME"));
    }

    private Outcome run(String... arguments) throws Exception {
        // Put there by another process: what this one has written may be busy while any of its tests starts a program.
        Path program = Executable.install(MakimaCommand.in(home).file(), home.resolve("it's the program"));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "HOME", temp.toString()));
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** A jar that is the whole program by way of its manifest. */
    private Path jar() throws IOException {
        Path file = Files.createDirectory(temp.resolve("the lib")).resolve("makima.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                                .map(part -> Path.of(part).toUri().toString())
                                .collect(Collectors.joining(" ")));
        try (OutputStream stream = Files.newOutputStream(file)) {
            new JarOutputStream(stream, manifest).close();
        }
        return file;
    }

    @Test
    void argumentsArriveAsTheyAreWhateverTheLocale() throws Exception {
        MakimaCommand.in(home).write();
        Outcome outcome = run("größe \"x\" $HOME 'y'");
        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err()).contains("there is no command 'größe \"x\" $HOME 'y''");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void aJarIsStartedAndACacheThatDoesNotFitIsPassedOverInSilence() throws Exception {
        Path jar = jar();
        Files.write(jar.resolveSibling("start-x.aot"), "no cache at all".getBytes(StandardCharsets.UTF_8));
        MakimaCommand.in(home).write(List.of("-jar", jar.toString()));
        assertThat(Files.readString(MakimaCommand.in(home).file())).contains("the lib'/start-*.aot");
        assertThat(run("--version")).isEqualTo(new Outcome(0, "makima development\n", ""));
    }

    @Test
    void whatIsWrittenAgainIsReplacedAndNothingElseIsLeft() throws IOException {
        MakimaCommand.in(home).write(List.of("-jar", "/old.jar"));
        MakimaCommand.in(home).write(List.of("-jar", "/new.jar"));
        assertThat(Files.readString(MakimaCommand.in(home).file()))
                .contains("'/new.jar'")
                .doesNotContain("old");
        try (Stream<Path> files = Files.list(home.resolve("bin"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void itComesFirstOnThePath() {
        Map<String, String> environment = new HashMap<>(Map.of("PATH", "/a:/b"));
        MakimaCommand.in(home).putFirst(environment);
        assertThat(environment).containsEntry("PATH", home.resolve("bin") + ":/a:/b");
        environment.clear();
        MakimaCommand.in(home).putFirst(environment);
        assertThat(environment.get("PATH"))
                .startsWith(home.resolve("bin") + ":/")
                .contains(":/usr/bin");
    }
}
