package start

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestTheWordsOfStrangersSteerNoReaderOfTheLog(t *testing.T) {
	const hostile = "a\u202eb\u009bc\u2028d"
	var out bytes.Buffer
	log := slog.New(shown{slog.NewJSONHandler(&out, nil)}).With("with", hostile)
	log.InfoContext(context.Background(), hostile, "text", hostile, "error", errors.New(hostile), "list", []string{hostile}, slog.Group("in", "deep", hostile), "n", 7)
	log.WithGroup("group").Info("x", hostile, hostile)
	text := out.String()
	if strings.ContainsAny(text, "\u202e\u009b\u2028") || strings.Count(text, "u202e") != 9 || !strings.Contains(text, `"n":7`) {
		t.Errorf("logged %s", text)
	}
}

func TestTheFunctionsLogThroughIt(t *testing.T) {
	if _, ok := logger(slog.LevelInfo).Handler().(shown); !ok {
		t.Errorf("functions log through %T", logger(slog.LevelInfo).Handler())
	}
}
