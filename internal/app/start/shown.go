package start

import (
	"context"
	"log/slog"

	"github.com/gatepost/gatepost/internal/idp"
)

// shown hands lines on without characters that are not seen: a log has the words of
// strangers, and is read on a terminal.
type shown struct{ slog.Handler }

func (h shown) Handle(ctx context.Context, line slog.Record) error {
	out := slog.NewRecord(line.Time, line.Level, idp.Shown(line.Message, ""), line.PC)
	line.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(shownAttr(a))
		return true
	})
	return h.Handler.Handle(ctx, out)
}

func (h shown) WithAttrs(list []slog.Attr) slog.Handler {
	return shown{h.Handler.WithAttrs(shownAttrs(list))}
}

func (h shown) WithGroup(name string) slog.Handler {
	return shown{h.Handler.WithGroup(idp.Shown(name, ""))}
}

func shownAttrs(list []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, len(list))
	for i, a := range list {
		out[i] = shownAttr(a)
	}
	return out
}

func shownAttr(a slog.Attr) slog.Attr {
	value := a.Value.Resolve()
	switch value.Kind() {
	case slog.KindGroup:
		value = slog.GroupValue(shownAttrs(value.Group())...)
	case slog.KindString, slog.KindAny:
		text := value.String()
		if safe := idp.Shown(text, ""); safe != text {
			value = slog.StringValue(safe)
		}
	default:
	}
	return slog.Attr{Key: idp.Shown(a.Key, ""), Value: value}
}
