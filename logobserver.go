package roster

import (
	"context"
	"log/slog"
)

// LogObserver returns an Observer that logs each operation when it ends, with the message "roster
// operation". The level is Debug for CodeOK; Warn for CodeDenied, CodeUnauthenticated and
// CodeDisabled; Error for CodeInternal, CodeUnavailable and CodeUnknownOutcome; and Info for other
// codes.
//
// The attributes are operation, account, actor ("system", "user" or "key"), actorId unless it is 0,
// targets and targetCount if there are targets, code, dryRun if it is true, rule if there is one,
// attempts, and duration. An operation of Deliver has the group delivery: name, behind, and for an
// attempt revision, index, attempt, age, and dead if it is true. With a nil logger, each record
// goes to slog.Default().
func LogObserver(l *slog.Logger) Observer { return logObserver{l} }

// logObserver is the Observer that LogObserver returns.
type logObserver struct{ logger *slog.Logger }

// Start returns ctx.
func (logObserver) Start(ctx context.Context, _ Operation) context.Context { return ctx }

// End writes one log record about the operation o, at the level that o.Code has (LogObserver), if
// the logger logs this level.
func (l logObserver) End(ctx context.Context, o Observation) {
	logger := l.logger
	if logger == nil {
		logger = slog.Default()
	}
	level := slog.LevelInfo
	switch c := o.Code; {
	case c == CodeOK:
		level = slog.LevelDebug
	case c == CodeDenied, c == CodeUnauthenticated, c == CodeDisabled:
		level = slog.LevelWarn
	case c.HTTPStatus() >= 500:
		level = slog.LevelError
	}
	if !logger.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("operation", o.Name),
		slog.String("account", string(o.Account)),
		slog.String("actor", o.Actor.Kind().String()),
	}
	if id := o.Actor.UserID(); id != 0 {
		attrs = append(attrs, slog.Int64("actorId", int64(id)))
	}
	if o.TargetCount > 0 {
		attrs = append(attrs, slog.Any("targets", o.Targets), slog.Int("targetCount", o.TargetCount))
	}
	attrs = append(attrs, slog.String("code", o.Code.String()))
	if o.DryRun {
		attrs = append(attrs, slog.Bool("dryRun", true))
	}
	if o.Rule != "" {
		attrs = append(attrs, slog.String("rule", o.Rule))
	}
	attrs = append(attrs, slog.Int("attempts", o.Attempts), slog.Duration("duration", o.Duration))
	if d := o.Delivery; d.Name != "" {
		group := []any{slog.String("name", d.Name), slog.Uint64("behind", uint64(d.Behind))}
		if d.Attempt > 0 {
			group = append(group, slog.Uint64("revision", uint64(d.Change.Revision)), slog.Int("index", d.Change.Index),
				slog.Int("attempt", d.Attempt), slog.Duration("age", d.Age))
		}
		if d.Dead {
			group = append(group, slog.Bool("dead", true))
		}
		attrs = append(attrs, slog.Group("delivery", group...))
	}
	logger.LogAttrs(ctx, level, "roster operation", attrs...)
}
