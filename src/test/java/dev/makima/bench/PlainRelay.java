package dev.makima.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The yardstick for the way of output: agents' pipes to a WebSocket, a line a text frame, to a peer that counts; nothing
 * is kept, and nothing is made of it. Each in a process of its own, with the flags of the product's.
 */
final class PlainRelay implements OutputPath {
    /** The agent's own first and last line. */
    private static final int MORE_LINES = 2;

    private final Program relay;
    private final Program peer;
    private int loads;

    private PlainRelay(Program relay, Program peer) {
        this.relay = relay;
        this.peer = peer;
    }

    /** Starts both and waits until they are connected. */
    static PlainRelay start(Path scratch, Path agent) throws IOException {
        Program peer = program(scratch, "peer");
        String port = peer.printed("peer is at (\\d+)");
        Program relay = program(scratch, "relay", port, agent.toString());
        relay.printed("relay is (connected)");
        return new PlainRelay(relay, peer);
    }

    private static Program program(Path scratch, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xss512k",
                "-Xms16m",
                "-Xmx256m",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                PlainRelayProgram.class.getName()));
        command.addAll(List.of(arguments));
        return Program.start(Path.of("").toAbsolutePath(), Map.of(), command, scratch.resolve("relay.log"));
    }

    @Override
    public Program near() {
        return relay;
    }

    @Override
    public Program far() {
        return peer;
    }

    @Override
    public Arrival carry(Load load, BenchAgents agents) throws IOException {
        loads++;
        relay.say(load.tasks() + " " + (load.lines() + MORE_LINES));
        peer.printed("load " + loads + " was (counted)");
        double millis = agents.nanosSinceBegun() / 1e6;
        relay.printed("load " + loads + " is (done)");
        return new Arrival(millis, millis, millis);
    }

    @Override
    public void close() {
        relay.close();
        peer.close();
    }
}
