package dev.makima.protocol;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import java.lang.reflect.Constructor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rules of the wire off the records themselves, so that they are written down once: the type's name is the
 * record's with a small first letter, and a component is required unless it is {@code @Nullable} or
 * {@link Defaulted}. The alternative, two annotations on each of some 300 components, could contradict the types.
 */
final class WireIntrospector extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable String findTypeName(AnnotatedClass type) {
        String given = super.findTypeName(type);
        if (given != null || !Frame.class.isAssignableFrom(type.getRawType())) {
            return given;
        }
        String name = type.getRawType().getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    @Override
    public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
        return isRequired(member) ? Boolean.TRUE : super.hasRequiredMarker(member);
    }

    /** A list never holds a null, whether or not it may be absent itself. */
    @Override
    public JsonSetter.Value findSetterInfo(Annotated member) {
        return JsonSetter.Value.construct(isRequired(member) ? Nulls.FAIL : Nulls.DEFAULT, Nulls.FAIL);
    }

    private static boolean isRequired(Annotated member) {
        if (!(member instanceof AnnotatedParameter parameter)
                || !(parameter.getOwner().getAnnotated() instanceof Constructor<?> constructor)
                || !constructor.getDeclaringClass().isRecord()) {
            return false;
        }
        int index = parameter.getIndex();
        return !constructor.getParameters()[index].isAnnotationPresent(Defaulted.class)
                && !constructor.getAnnotatedParameterTypes()[index].isAnnotationPresent(Nullable.class);
    }
}
