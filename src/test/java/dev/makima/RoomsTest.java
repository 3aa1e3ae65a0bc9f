package dev.makima;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms go one way, as ARCHITECTURE.md draws them. */
class RoomsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.makima");

    /** The daemon's inner rooms, each with those it may know; the daemon's own package, which puts them together, knows all. */
    private static final Map<String, Set<String>> DAEMON = Map.ofEntries(
            entry("bus", Set.of()),
            entry("project", Set.of()),
            entry("lease", Set.of()),
            entry("control", Set.of("bus")),
            entry("store", Set.of("bus", "lease")),
            entry("link", Set.of("bus", "store", "lease")),
            entry("checkpoint", Set.of("bus", "store")),
            entry("upkeep", Set.of("bus", "store", "project")),
            entry("place", Set.of("store", "project")),
            entry("agent", Set.of("store")),
            entry("completion", Set.of("store", "lease")),
            entry("command", Set.of("bus", "store", "checkpoint", "completion", "project", "agent", "lease")),
            entry("run", Set.of("bus", "store", "checkpoint", "place", "agent", "completion", "lease")),
            entry("task", Set.of("bus", "store", "checkpoint", "place", "agent", "completion", "run", "lease")));

    /** The server's inner rooms in the same way. */
    private static final Map<String, Set<String>> SERVER = Map.ofEntries(
            entry("store", Set.of()),
            entry("core", Set.of("store")),
            entry("output", Set.of("core", "store")),
            entry("contracts", Set.of("core", "store")),
            entry("daemons", Set.of("core", "store", "output", "contracts")),
            entry("api", Set.of("core", "store", "output", "contracts", "daemons")));

    /** The command line's inner rooms in the same way. */
    private static final Map<String, Set<String>> CLI = Map.ofEntries(
            entry("core", Set.of()),
            entry("api", Set.of()),
            entry("completion", Set.of()),
            entry("view", Set.of("core", "api")),
            entry("local", Set.of("core", "api")),
            entry("doctor", Set.of("core", "api", "local", "view")),
            entry("demo", Set.of("core", "api", "local", "view")),
            entry("command", Set.of("core", "api", "completion", "view", "local", "doctor", "demo")));

    /**
     * The families of commands in the same way: above the base that they share none knows another. The package above them,
     * the tree of commands, knows the door of each.
     */
    private static final Map<String, Set<String>> COMMANDS = Map.ofEntries(
            entry("base", Set.of()),
            entry("tasks", Set.of("base")),
            entry("contracts", Set.of("base")),
            entry("agent", Set.of("base")),
            entry("daemons", Set.of("base")),
            entry("keys", Set.of("base")),
            entry("history", Set.of("base")),
            entry("services", Set.of("base")),
            entry("machine", Set.of("base")));

    /**
     * The rooms in which files know each other in a circle: a sealed type and its kinds, or a thing and its parts that call
     * back. Every other room has none.
     */
    private static final Set<String> WITH_CIRCLES = Set.of(
            "dev.makima.daemon.lease",
            "dev.makima.daemon.link",
            "dev.makima.process",
            "dev.makima.protocol",
            "dev.makima.server.store",
            "dev.makima.sql");

    @Test
    void filesOfARoomKnowEachOtherInOneDirection() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return WITH_CIRCLES.contains(type.getPackageName())
                                ? SliceIdentifier.ignore()
                                : SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""));
                    }

                    @Override
                    public String getDescription() {
                        return "the files of rooms without circles";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void everyRoomKnowsOnlyTheRoomsItMay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("base")
                .definedBy("dev.makima.base..")
                .layer("sql")
                .definedBy("dev.makima.sql..")
                .layer("protocol")
                .definedBy("dev.makima.protocol..")
                .layer("agent")
                .definedBy("dev.makima.agent..")
                .layer("config")
                .definedBy("dev.makima.config..")
                .layer("git")
                .definedBy("dev.makima.git..")
                .layer("process")
                .definedBy("dev.makima.process..")
                .layer("daemon")
                .definedBy("dev.makima.daemon..")
                .layer("server")
                .definedBy("dev.makima.server..")
                .layer("cli")
                .definedBy("dev.makima.cli..")
                .whereLayer("base")
                .mayNotAccessAnyLayer()
                .whereLayer("sql")
                .mayOnlyAccessLayers("base")
                .whereLayer("protocol")
                .mayOnlyAccessLayers("base")
                .whereLayer("agent")
                .mayOnlyAccessLayers("base")
                .whereLayer("config")
                .mayOnlyAccessLayers("base")
                .whereLayer("git")
                .mayOnlyAccessLayers("base")
                .whereLayer("process")
                .mayOnlyAccessLayers("base")
                .whereLayer("daemon")
                .mayOnlyAccessLayers("base", "sql", "protocol", "agent", "config", "git", "process")
                .whereLayer("server")
                .mayOnlyAccessLayers("base", "sql", "protocol", "agent", "config")
                .check(CLASSES);
    }

    @Test
    void theRoomsHaveNoCycles() {
        slices().matching("dev.makima.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void everyRoomOfTheDaemonKnowsOnlyTheRoomsItMay() {
        innerRoomsKnowOnlyWhatTheyMay("dev.makima.daemon", DAEMON);
    }

    @Test
    void everyRoomOfTheServerKnowsOnlyTheRoomsItMay() {
        innerRoomsKnowOnlyWhatTheyMay("dev.makima.server", SERVER);
    }

    @Test
    void everyRoomOfTheCommandLineKnowsOnlyTheRoomsItMay() {
        innerRoomsKnowOnlyWhatTheyMay("dev.makima.cli", CLI);
    }

    @Test
    void everyFamilyOfCommandsKnowsOnlyTheBase() {
        innerRoomsKnowOnlyWhatTheyMay("dev.makima.cli.command", COMMANDS);
    }

    @Test
    void everyFamilyOfCommandsHasOneDoor() {
        Map<String, Long> doors = CLASSES.stream()
                .filter(type -> type.getPackageName().startsWith("dev.makima.cli.command.")
                        && type.getModifiers().contains(JavaModifier.PUBLIC))
                .collect(Collectors.groupingBy(
                        type -> type.getPackageName().substring("dev.makima.cli.command.".length()),
                        Collectors.counting()));
        assertThat(doors).containsOnlyKeys(COMMANDS.keySet());
        doors.remove("base");
        assertThat(doors)
                .allSatisfy((family, open) -> assertThat(open).as(family).isOne());
    }

    private static void innerRoomsKnowOnlyWhatTheyMay(String house, Map<String, Set<String>> rooms) {
        rooms.forEach((room, known) -> {
            String[] unknown = rooms.keySet().stream()
                    .filter(other -> !other.equals(room) && !known.contains(other))
                    .map(other -> house + "." + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(house + "." + room + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(unknown)
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage(house)
                    .allowEmptyShould(false)
                    .check(CLASSES);
        });
        slices().matching(house + ".(*)..").should().beFreeOfCycles().check(CLASSES);
        assertThat(CLASSES.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> name.startsWith(house + "."))
                        .map(name -> name.substring(house.length() + 1).replaceFirst("\\..*", "")))
                .allMatch(rooms::containsKey);
    }

    @Test
    void gitProcessAgentAndProtocolWorkWithoutVertx() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.makima.base..",
                        "dev.makima.git..",
                        "dev.makima.process..",
                        "dev.makima.agent..",
                        "dev.makima.protocol..",
                        "dev.makima.sql..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..")
                .check(CLASSES);
    }

    @Test
    void sqlStaysInTheStores() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.makima.sql..", "dev.makima.server.store..", "dev.makima.daemon.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "io.vertx.sqlclient..", "io.vertx.jdbcclient..")
                .check(CLASSES);
    }

    @Test
    void everyClassThatTheArchitectureNamesIsThere() throws IOException {
        Set<String> there = CLASSES.stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());
        there.add(RoomsTest.class.getSimpleName());
        assertThat(Pattern.compile("`([A-Z][A-Za-z]+)`")
                        .matcher(Files.readString(Path.of("ARCHITECTURE.md")))
                        .results()
                        .map(found -> found.group(1)))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(there).contains(name));
    }
}
