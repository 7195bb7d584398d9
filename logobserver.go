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

// End writes one log record about the ended operation. The result code of the operation determines
// the level. End writes nothing if the logger does not log this level. A nil logger stands for
// slog.Default().
func (l logObserver) End(ctx context.Context, o Observation) {
	logger := l.logger
	if logger == nil {
		logger = slog.Default()
	}
	level := logLevel(o.Code)
	if !logger.Enabled(ctx, level) {
		return
	}
	attrs := append(make([]slog.Attr, 0, 12),
		slog.String("operation", o.Name),
		slog.String("account", string(o.Account)),
		slog.String("actor", o.Actor.Kind().String()),
	)
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
	if o.Delivery.Name != "" {
		attrs = append(attrs, deliveryAttr(o.Delivery))
	}
	logger.LogAttrs(ctx, level, "roster operation", attrs...)
}

// logLevel returns the level of an operation that ended with the code c.
func logLevel(c Code) slog.Level {
	switch {
	case c == CodeOK:
		return slog.LevelDebug
	case c == CodeDenied, c == CodeUnauthenticated, c == CodeDisabled:
		return slog.LevelWarn
	case c.HTTPStatus() >= 500:
		return slog.LevelError
	}
	return slog.LevelInfo
}

// deliveryAttr returns the step d of a delivery as a group of log attributes with the name
// "delivery". The group has name and behind. For an attempt it also has revision, index, attempt
// and age. It has dead if d.Dead is true.
func deliveryAttr(d DeliveryStep) slog.Attr {
	attrs := []any{slog.String("name", d.Name), slog.Uint64("behind", uint64(d.Behind))}
	if d.Attempt > 0 {
		attrs = append(attrs, slog.Uint64("revision", uint64(d.Change.Revision)), slog.Int("index", d.Change.Index),
			slog.Int("attempt", d.Attempt), slog.Duration("age", d.Age))
	}
	if d.Dead {
		attrs = append(attrs, slog.Bool("dead", true))
	}
	return slog.Group("delivery", attrs...)
}
