package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.jdbcclient.spi.JDBCDecoder;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ValueDecoderTest {
    @Test
    void theJdbcClientFindsIt() {
        assertThat(ServiceLoader.load(JDBCDecoder.class).findFirst()).containsInstanceOf(ValueDecoder.class);
    }
}
