package dev.makima.server.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;

/** Cuts long texts, within JSON trees too. Pure, thread-safe. */
final class LongTexts {
    private LongTexts() {}

    /** Whether the texts in the tree are longer than that, all of them together. */
    static boolean areLong(JsonNode tree, int max) {
        return length(tree, max) > max;
    }

    /** A copy of the tree with its texts cut so that all of them together are at most so long. */
    static JsonNode cut(JsonNode tree, int max) {
        return cut(tree, new int[] {max});
    }

    /** The text cut to that length, or one less where that would part a character. */
    static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max;
        return text.substring(0, end);
    }

    /** The length of all texts together; counting ends above the bound. */
    private static int length(JsonNode node, int max) {
        int length = node.isTextual() ? node.textValue().length() : node.isContainerNode() ? 0 : 8;
        for (JsonNode child : node) {
            length += length(child, max);
            if (length > max) {
                break;
            }
        }
        return length;
    }

    private static JsonNode cut(JsonNode node, int[] left) {
        return switch (node) {
            case TextNode text -> {
                String shortened = left[0] <= 0 ? "" : cut(text.textValue(), left[0]);
                left[0] -= shortened.length();
                yield TextNode.valueOf(shortened);
            }
            case ObjectNode object -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    if (left[0] > 0) {
                        copy.set(field.getKey(), cut(field.getValue(), left));
                    }
                }
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                for (JsonNode child : array) {
                    if (left[0] > 0) {
                        copy.add(cut(child, left));
                    }
                }
                yield copy;
            }
            default -> {
                left[0] -= 8;
                yield node;
            }
        };
    }
}
