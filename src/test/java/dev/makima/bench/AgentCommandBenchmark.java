package dev.makima.bench;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a command costs that an agent calls, beyond what its server does. */
final class AgentCommandBenchmark implements Benchmark {
    private static final int WARM_UP = 200;
    private static final String TASK = "00000000-0000-4000-8000-000000000000";

    @Override
    public String name() {
        return "agent-command";
    }

    @Override
    public String description() {
        return "wall time of `makima supervisor status`, from exec to exit, start-up cache there, beside the same request by a"
                + " client that is warm; aim: at most 350 ms more";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.ofCommands(setting);
        Path home = installation.home();
        try (Program server = installation.start(home, Map.of(), "server", "--port", "0")) {
            String url = server.printed("server is at (\\S+)");
            String key = server.printed("key, shown this once: (\\S+)");
            try (ServerClient client = new ServerClient(url, key)) {
                String contract = client.make("/contracts", new JsonObject().put("name", "a contract"))
                        .getString("id");
                Map<String, String> agent = Map.of(
                        "MAKIMA_API_URL",
                        url,
                        "MAKIMA_API_KEY",
                        key,
                        "MAKIMA_TASK_ID",
                        TASK,
                        "MAKIMA_CONTRACT_ID",
                        contract);
                String path = "/contracts/" + contract;
                for (int i = 0; i < WARM_UP; i++) {
                    client.get(path);
                }
                Figures plain =
                        Timing.repeated("the same request by a warm client", setting.runs(), () -> client.get(path));
                Path caller = installation.home();
                Figures command = Timing.repeated("makima supervisor status", setting.runs(), () -> {
                    installation.command(caller, agent, "supervisor", "status");
                    return installation;
                });
                Figures bare = Timing.repeated("makima --version, for comparison", setting.runs(), () -> {
                    installation.command(caller, agent, "--version");
                    return installation;
                });
                return List.of(
                        command,
                        plain,
                        Figures.of("the command's own time", "ms", command.median() - plain.median()),
                        bare);
            }
        }
    }
}
