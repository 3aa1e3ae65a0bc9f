package dev.makima.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A key that nobody reads would be documented, checked, printed, and without any effect. */
class KeysHaveEffectTest {
    /** What is not built yet; each goes from here when it is. */
    private static final Set<String> NOT_BUILT = Set.of(
            "Bubblewrap.bwrapCommand",
            "Bubblewrap.network",
            "Bubblewrap.roBind",
            "Bubblewrap.rwBind",
            "ServerConfig.directives",
            "Directives.tick");

    @Test
    void everyValueOfTheConfigurationIsReadSomewhere() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.makima.config", "dev.makima.daemon", "dev.makima.server", "dev.makima.cli");
        List<String> unread = new ArrayList<>();
        unreadOf(DaemonConfig.class, classes, unread);
        unreadOf(ServerConfig.class, classes, unread);

        // A server's home has its effect while it is read: the database lies there by default.
        unread.remove("ServerConfig.home");
        assertThat(unread).as("read by nobody").containsExactlyInAnyOrderElementsOf(NOT_BUILT);
    }

    private static void unreadOf(Class<?> type, JavaClasses classes, List<String> unread) {
        JavaClass config = classes.get(type);
        for (RecordComponent component : type.getRecordComponents()) {
            JavaMethod accessor = config.getMethod(component.getName());
            boolean read = accessor.getAccessesToSelf().stream()
                    .anyMatch(access -> isOutside(access.getOriginOwner().getPackageName()));
            if (!read) {
                unread.add(type.getSimpleName() + "." + component.getName());
            }
            Class<?> around = component.getType().getEnclosingClass();
            if (component.getType().isRecord() && (around == DaemonConfig.class || around == ServerConfig.class)) {
                unreadOf(component.getType(), classes, unread);
            }
        }
    }

    /** DaemonConfig itself reads what it derives from, as the WebSocket's address from the URL. */
    private static boolean isOutside(String name) {
        return !name.startsWith("dev.makima.config");
    }
}
