package dev.makima.daemon.run;

import dev.makima.agent.AgentInput;
import dev.makima.base.ErrorCode;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import dev.makima.daemon.agent.AgentWatch;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.process.Launch;
import dev.makima.protocol.TaskOutput;
import java.util.UUID;

/** The messages for one agent process: handed over, kept for the next one, or refused. On the run's thread. */
final class Messages {
    private static final int MOST_KEPT = 1000;

    private final RunParts run;
    private final LaunchPolicy policy;
    private final Launch launch;

    Messages(RunParts run, LaunchPolicy policy, Launch launch) {
        this.run = run;
        this.policy = policy;
        this.launch = launch;
    }

    /** Notes it, so that a crash does not lose it, and hands it over; keeps or refuses it where the agent has just ended. */
    void handOver(String text, AgentWatch watch) throws InterruptedException {
        UUID id = run.services().ids().get();
        String line = AgentInput.userMessage(text, id);
        try {
            run.services()
                    .store()
                    .await(new StoreRequest.NoteMessage(run.machine().record().runId(), id, line));
        } catch (FullDiskException e) {
            refuse(text, e);
            return;
        }
        // Before it is sent: the answer may be there before this line goes on.
        boolean idle = watch.expectTurn();
        try {
            launch.send(line);
        } catch (FullDiskException e) {
            if (idle) {
                watch.expectNoTurn();
            }
            refuse(text, e);
        } catch (MakimaException e) {
            if (e.code() != ErrorCode.CONFLICT) {
                throw e;
            }
            // It ended a moment ago, which this loop has not seen yet: how it ended counts, not that nobody listens
            // now.
            keepOrRefuse(text);
        }
    }

    /** Said at once, since the task's own output may have to wait as well. */
    private void refuse(String text, FullDiskException why) {
        run.services()
                .passing()
                .accept(new TaskOutput(
                        run.machine().record().taskId(), MessageWords.notTaken(text) + " " + why.explain(), false));
    }

    /** For one that this agent does not take: the next one gets it, or nobody, which is said. */
    void keepOrRefuse(String text) {
        if ((policy.keepsMessages() || run.login().isAwaited()) && run.kept().size() < MOST_KEPT) {
            run.kept().add(text);
        } else {
            run.spool().appendDaemonLine(MessageWords.tooLate(text));
        }
    }
}
