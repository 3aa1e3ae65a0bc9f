package dev.makima.server.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** How the page of the OpenAPI document looks, by day and by night, on a desk and on a phone. Stateless. */
final class DocsStyle {
    static final String CSS = """
            :root{color-scheme:light dark;--line:#d8dce2;--soft:#f5f6f8;--text:#1d232b;--back:#fff;--link:#0b57a4}
            @media(prefers-color-scheme:dark){:root{--line:#333b45;--soft:#1b2027;--text:#dde3ea;--back:#12161b;--link:#7db7f0}}
            *{box-sizing:border-box}
            body{margin:0;display:flex;font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back)}
            nav{position:sticky;top:0;height:100vh;width:22rem;flex:none;overflow:auto;padding:1rem;background:var(--soft);border-right:1px solid var(--line);font-size:13px}
            nav ul{list-style:none;margin:0;padding:0}nav li{overflow-wrap:anywhere}nav h3{margin:1rem 0 .2rem}
            main{flex:1;min-width:0;max-width:62rem;padding:1rem 2rem 6rem}
            a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
            section{border:1px solid var(--line);border-radius:8px;padding:.2rem 1rem 1rem;margin:1rem 0}
            section:target{border-color:var(--link)}
            h2{margin-top:3rem;text-transform:capitalize}h3{font-size:1rem;overflow-wrap:anywhere}h4{margin:1rem 0 .2rem;font-size:.85rem}
            code,pre{font:13px ui-monospace,monospace}pre{background:var(--soft);border:1px solid var(--line);border-radius:8px;padding:.6rem 1rem;overflow:auto}
            b.get,b.post,b.put,b.delete{font:600 11px ui-monospace,monospace;padding:.1rem .35rem;border-radius:4px;color:#fff;background:#2c6fb0}
            b.post{background:#2b7a3d}b.put{background:#9a6208}b.delete{background:#b0322c}
            table{border-collapse:collapse;width:100%}td{border-top:1px solid var(--line);padding:.3rem .6rem .3rem 0;vertical-align:top;overflow-wrap:anywhere}
            td.name{width:14rem}td.type{width:12rem}small{opacity:.7}sup{color:#b0322c}
            @media(max-width:60rem){body{display:block}main{padding:1rem}
            nav{position:static;width:auto;height:auto;display:flex;flex-wrap:wrap;gap:0 1rem;border:0}nav ul{display:none}nav h3{margin:.2rem 0}}
            @media(max-width:40rem){table,tbody,tr,td{display:block}td,td.name,td.type{border:0;padding:0;width:auto}td:empty{display:none}
            tr{border-top:1px solid var(--line);padding:.4rem 0}td.name{font-weight:600}}
            """;

    /** What names it in a policy: nothing but these bytes is taken as a style. */
    static final String HASH = hash();

    private DocsStyle() {}

    private static String hash() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(CSS.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
