package dev.makima.cli.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.List;

/** The port that a server here would listen on: free, or a makima's already. */
record PortCheck(Patient patient) implements Check {
    private static final int CONNECT_MILLIS = 2000;

    @Override
    public String subject() {
        return "port";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        int port = patient.server().http().port();
        String host = patient.server().http().host();
        // The wildcard is reached by loopback.
        String asked = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        if (port == 0) {
            return List.of(new Finding.Fine("port", "http.port is 0: a server here takes any free one"));
        }
        if (!listens(asked, port)) {
            return List.of(new Finding.Fine("port", host + ":" + port + " is free for a server here"));
        }
        boolean ours;
        try {
            String name = asked.contains(":") ? "[" + asked + "]" : asked;
            HttpResponse<String> answer = Http.get("http://" + name + ":" + port + "/health/live", "");
            ours = answer.statusCode() == 200 && answer.body().contains("\"status\"");
        } catch (IOException e) {
            ours = false;
        }
        return List.of(
                ours
                        ? new Finding.Fine("port", host + ":" + port + " is used by a makima server")
                        : new Finding.Warning(
                                "port",
                                host + ":" + port + " is used by another program: a server here would not start",
                                "End that program, or give the server another port: http.port"));
    }

    private static boolean listens(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            // Refused or unreachable: nobody is there.
            return false;
        }
    }
}
