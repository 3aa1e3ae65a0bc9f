package dev.makima.daemon.project;

import dev.makima.base.RelativePath;
import dev.makima.config.DaemonConfig.TrustedRepo;
import dev.makima.config.ProjectFile;
import dev.makima.git.CheckoutRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How much of a trusted repository is cloned and checked out, as its project file says. Thread-safe. */
public final class ProjectCheckouts implements CheckoutRules {
    private static final RelativePath FILE = new RelativePath(ProjectFile.PATH);

    private final TrustedRepos trusted;

    /** For these repositories. */
    public ProjectCheckouts(List<TrustedRepo> trusted) {
        this.trusted = new TrustedRepos(trusted);
    }

    @Override
    public Optional<RelativePath> file(String repository, @Nullable Path common) {
        return trusted.find(repository, common).map(_ -> FILE);
    }

    @Override
    public Shape shape(byte[] content) {
        ProjectFile.Checkout checkout = ProjectFile.parse(content).checkout();
        return new Shape(checkout.sparse(), checkout.depth());
    }
}
