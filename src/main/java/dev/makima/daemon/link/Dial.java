package dev.makima.daemon.link;

import dev.makima.config.DaemonConfig.ServerLink;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import java.net.URI;

/** Opens WebSockets to the server. Pure apart from that. */
final class Dial {
    /** Messages that leave together at most: about what the socket's own buffer takes. */
    private static final int MOST_GATHERED = 256;

    private Dial() {}

    static WebSocketClient client(Vertx vertx, LinkSettings settings) {
        ServerLink server = settings.server();
        int longest = Math.toIntExact(Math.min(server.maxFrameBytes(), Integer.MAX_VALUE - 1024));
        return vertx.createWebSocketClient(new WebSocketClientOptions()
                .setTcpNoDelay(true)
                .setConnectTimeout(millis(settings))
                // A silent peer's goodbye is not worth the 10 s that are the default.
                .setClosingTimeout(1)
                // One frame may be as long as a message: existing servers send theirs unfragmented.
                .setMaxFrameSize(longest)
                .setMaxMessageSize(longest));
    }

    static Future<WebSocket> connect(WebSocketClient client, LinkSettings settings) {
        ServerLink server = settings.server();
        URI uri = server.websocketUri();
        boolean tls = "wss".equals(uri.getScheme());
        int standardPort = tls ? 443 : 80;
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(uri.getHost())
                .setPort(uri.getPort() < 0 ? standardPort : uri.getPort())
                .setSsl(tls)
                .setURI(uri.getRawPath())
                .setTimeout(settings.answerWithin().toMillis())
                .putHeader("X-Makima-Api-Key", server.apiKey().reveal());
        return client.connect(options).map(Dial::quick);
    }

    /**
     * Has what is written in one turn of the event loop leave in one system call, at the end of that turn: Vert.x makes
     * one for each message, and the base protocol has a message for each line. And masks in a way of its own.
     */
    private static WebSocket quick(WebSocket socket) {
        ChannelPipeline pipeline =
                ((WebSocketInternal) socket).channelHandlerContext().pipeline();
        pipeline.addFirst(new FlushConsolidationHandler(MOST_GATHERED, true));
        pipeline.replace(WebSocket13FrameEncoder.class, "ws-encoder", new QuickMasking());
        return socket;
    }

    private static int millis(LinkSettings settings) {
        return Math.toIntExact(settings.answerWithin().toMillis());
    }

    /** The failure in words, without what the server's body may hold beyond a few hundred characters. */
    static String describe(Throwable cause) {
        if (cause instanceof UpgradeRejectedException rejected) {
            return "the server answered with HTTP " + rejected.getStatus();
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
