package dev.makima.daemon.command;

import dev.makima.base.UserHome;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.agent.AgentLogin;
import dev.makima.daemon.checkpoint.CheckpointMaker;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.project.ProjectSteps;
import dev.makima.git.GitTools;
import dev.makima.git.TempDirectories;
import java.nio.file.Path;

/**
 * What the command verticle is made of.
 *
 * @param git the process's one set of git tools
 * @param checkpoints the daemon's one maker of them
 * @param leases what may be done for which task
 * @param home what ~ in paths of commands stands for
 * @param temporary where tasks without a repository work
 * @param steps what trusted repositories want done before a worktree goes
 * @param login logs the agent in anew
 * @param workingDirectory the daemon's own
 */
public record CommandParts(
        DaemonConfig config,
        GitTools git,
        CheckpointMaker checkpoints,
        Leases leases,
        UserHome home,
        TempDirectories temporary,
        ProjectSteps steps,
        AgentLogin login,
        Path workingDirectory) {}
