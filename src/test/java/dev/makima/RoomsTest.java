package dev.makima;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms go one way, as ARCHITECTURE.md draws them. */
class RoomsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.makima");

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
}
