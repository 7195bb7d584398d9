package roster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

// records returns the records that a JSON handler wrote to b.
func records(t *testing.T, b *bytes.Buffer) (list []map[string]any) {
	t.Helper()
	for line := range bytes.Lines(b.Bytes()) {
		var m map[string]any
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		list = append(list, m)
	}
	b.Reset()
	return list
}

func TestLogObserver(t *testing.T) {
	var b bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w := newWorld(t, memstore.New(), roster.WithObserver(roster.LogObserver(logger)))
	broken := roster.New(hooked{nil, func(string) error { return storage.ErrUnavailable }}, roster.WithObserver(roster.LogObserver(logger)))
	canceled, cancel := context.WithCancel(w.ctx)
	cancel()
	b.Reset()
	type attrs = map[string]any
	for _, tt := range []struct {
		what string
		do   func() error
		want attrs
	}{
		{"a success", func() error { return second(w.as(boss).Get(w.ctx, agent)) }, attrs{
			"level": "DEBUG", "operation": "Get", "actor": "user", "actorId": 1.0,
			"targets": []any{2.0}, "targetCount": 1.0, "code": "ok", "rule": "admin-everything", "attempts": 1.0,
		}},
		{"no target and no actor's id", func() error { return second(w.host.Revision(w.ctx)) }, attrs{
			"level": "DEBUG", "operation": "Revision", "actor": "system", "code": "ok", "rule": "system", "attempts": 1.0,
		}},
		{"a dry run", func() error { return second(w.host.Delete(w.ctx, agent, roster.DryRun())) }, attrs{
			"level": "DEBUG", "operation": "Delete", "actor": "system", "targets": []any{2.0}, "targetCount": 1.0,
			"code": "ok", "dryRun": true, "rule": "system", "attempts": 1.0,
		}},
		{"a missing user", func() error { return second(w.host.Get(w.ctx, noUser)) }, attrs{
			"level": "INFO", "operation": "Get", "actor": "system", "targets": []any{999.0}, "targetCount": 1.0,
			"code": "not_found", "attempts": 1.0,
		}},
		{"a caller that gave up", func() error { return second(w.host.Get(canceled, agent)) }, attrs{
			"level": "INFO", "operation": "Get", "actor": "system", "targets": []any{2.0}, "targetCount": 1.0,
			"code": "canceled", "attempts": 0.0,
		}},
		{"a denial", func() error { return second(w.as(agent).Balance(w.ctx)) }, attrs{
			"level": "WARN", "operation": "Balance", "actor": "user", "actorId": 2.0,
			"code": "denied", "rule": "not-self", "attempts": 1.0,
		}},
		{"a wrong password", func() error { return second(w.dir.SignIn(w.ctx, "acme", "agent", newPhrase)) }, attrs{
			"level": "WARN", "operation": "SignIn", "actor": "system", "targets": []any{2.0}, "targetCount": 1.0,
			"code": "unauthenticated", "attempts": 1.0,
		}},
		{"a failure", func() error { return second(broken.As("acme", roster.SystemActor()).Balance(w.ctx)) }, attrs{
			"level": "ERROR", "operation": "Balance", "actor": "system", "code": "unavailable", "attempts": 0.0,
		}},
	} {
		err := tt.do()
		list := records(t, &b)
		if len(list) != 1 {
			t.Errorf("%s: %d records, %v", tt.what, len(list), err)
			continue
		}
		got := list[0]
		if _, ok := got["duration"].(float64); !ok || got["time"] == nil {
			t.Errorf("%s: no duration or time in %v", tt.what, got)
		}
		delete(got, "duration")
		delete(got, "time")
		tt.want["msg"], tt.want["account"] = "roster operation", "acme"
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: %s", tt.what, d)
		}
	}
}

// TestLogObserverAsksForTheLevel checks that no record is made for a level that the handler does
// not take.
func TestLogObserverAsksForTheLevel(t *testing.T) {
	var b bytes.Buffer
	w := newWorld(t, memstore.New(), roster.WithObserver(roster.LogObserver(slog.New(slog.NewJSONHandler(&b, nil)))))
	if list := records(t, &b); len(list) > 0 {
		t.Errorf("successes are logged at Info: %v", list)
	}
	_, _ = w.host.Get(w.ctx, noUser)
	if list := records(t, &b); len(list) != 1 {
		t.Errorf("a refusal has %d records", len(list))
	}
}

// TestLogObserverWithoutALogger checks that a nil logger means slog.Default at the time of the
// record.
func TestLogObserverWithoutALogger(t *testing.T) {
	var b bytes.Buffer
	before := slog.Default()
	defer slog.SetDefault(before)
	dir := roster.New(memstore.New(), roster.WithObserver(roster.LogObserver(nil)))
	slog.SetDefault(slog.New(slog.NewJSONHandler(&b, nil)))
	_, _ = dir.As("acme", roster.SystemActor()).Get(context.Background(), 1)
	if list := records(t, &b); len(list) != 1 {
		t.Errorf("%d records", len(list))
	}
}

// TestLogObserverHandsOnTheContext checks that the handler receives the context of the operation.
func TestLogObserverHandsOnTheContext(t *testing.T) {
	handler := contextHandler{slog.NewJSONHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelDebug}), new(any)}
	dir := roster.New(memstore.New(), roster.WithObserver(roster.LogObserver(slog.New(handler))))
	ctx := context.WithValue(context.Background(), recordedKey{}, "request 7")
	_, _ = dir.As("acme", roster.SystemActor()).Get(ctx, 1)
	if *handler.seen != "request 7" {
		t.Errorf("the handler's context holds %v", *handler.seen)
	}
}

// contextHandler keeps what a context holds.
type contextHandler struct {
	slog.Handler
	seen *any
}

func (h contextHandler) Handle(ctx context.Context, _ slog.Record) error {
	*h.seen = ctx.Value(recordedKey{})
	return nil
}
