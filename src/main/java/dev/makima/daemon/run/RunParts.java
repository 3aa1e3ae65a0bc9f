package dev.makima.daemon.run;

import dev.makima.process.RunSpool;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;

/**
 * What the parts of one run share.
 *
 * @param controls what the run is told
 * @param kept messages that one agent process did not take any more and that are for the next; the run's thread alone
 * @param limits what the run may take
 * @param login what the run does where its agent is not logged in
 * @param activity what a supervisor is at
 */
record RunParts(
        RunServices services,
        TaskMachine machine,
        RunSpool spool,
        BlockingQueue<Control> controls,
        Deque<String> kept,
        Limits limits,
        LoginWait login,
        SupervisorActivity activity) {}
