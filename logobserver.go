package roster

import (
	"context"
	"log/slog"
)

// LogObserver returns an observer that logs each operation when it ends, with the message
// "roster operation". Levels:
//
//   - Debug: the operation succeeded;
//   - Info: it was refused (CodeInvalid, CodeNotFound, CodeStale and so on), or its caller gave up;
//   - Warn: it was refused for what the actor is (CodeDenied, CodeUnauthenticated, CodeDisabled);
//   - Error: it failed (CodeInternal, CodeUnavailable, CodeUnknownOutcome).
//
// Attributes: operation, account, actor ("system", "user" or "key"), actorId unless it is 0,
// targets and targetCount if there are any, code, dryRun if it is true, rule if there is one,
// attempts, duration. A nil logger is slog.Default() at the time of each record.
func LogObserver(l *slog.Logger) Observer { return logObserver{l} }

type logObserver struct{ logger *slog.Logger }

func (logObserver) Start(ctx context.Context, _ Operation) context.Context { return ctx }

func (l logObserver) End(ctx context.Context, o Observation) {
	logger := l.logger
	if logger == nil {
		logger = slog.Default()
	}
	level := logLevel(o.Code)
	if !logger.Enabled(ctx, level) {
		return
	}
	attrs := append(make([]slog.Attr, 0, 11),
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
	logger.LogAttrs(ctx, level, "roster operation", attrs...)
}

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
