package dev.makima.daemon.upkeep;

import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig.AutoClone;
import dev.makima.config.DaemonConfig.Repos;
import dev.makima.git.HomeClones;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The clones of {@code repos.autoClone}: one that is there is left as it is, one that fails is a warning. Blocking. */
final class AutoClones {
    private static final System.Logger LOG = System.getLogger(AutoClones.class.getName());

    private final Repos repos;
    private final HomeClones clones;

    AutoClones(Repos repos, HomeClones clones) {
        this.repos = repos;
        this.clones = clones;
    }

    void make() throws InterruptedException {
        for (AutoClone wanted : repos.autoClone()) {
            Path target = wanted.name().under(repos.homeDir()).normalize();
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                LOG.log(Level.DEBUG, "{0} is there already, {1} is not cloned", target, wanted.url());
                continue;
            }
            try {
                clones.make(wanted.url(), target, wanted.branch(), wanted.shallow());
                LOG.log(Level.INFO, "cloned {0} into {1}", wanted.url(), target);
            } catch (MakimaException e) {
                LOG.log(Level.WARNING, "repos.autoClone: {0}", e.explain());
            }
        }
    }
}
