// Package otelroster is a roster.Observer for OpenTelemetry: one span and one point of each metric
// for each operation.
//
//	observer, err := otelroster.New() // the global providers, or WithTracerProvider, WithMeterProvider
//	if err != nil {
//		return err
//	}
//	directory := roster.New(store, roster.WithObserver(observer))
//
// Calls of the storage run with the span's context, so the spans of a database driver become its
// children.
//
// A span is named "roster.Create", after the operation, and is of kind INTERNAL. Its attributes:
//
//	roster.operation     the method, "Create"
//	roster.account       the account
//	roster.actor.kind    "system", "user" or "key"
//	roster.actor.id      the user as which the actor acts, if any
//	roster.target.ids    the users that the operation is about, the first roster.MaxTargets
//	roster.target.count  how many they are
//	roster.dry_run       true if the call was a dry run
//	roster.rule          the rule of the policy that decided, if one did
//	roster.attempts      how often the storage ran the transaction
//	error.type           the roster.Code, "not_found", unless the operation succeeded
//
// An operation of roster.Deliver has more, and the handler runs with the span's context:
//
//	roster.delivery.name      the delivery
//	roster.delivery.behind    how many revisions the delivery is behind the account
//	roster.delivery.revision  of the change, for an attempt
//	roster.delivery.attempt   from 1, for an attempt
//	roster.delivery.dead      true if the change became a dead letter
//
// The span's status is Error if the operation failed (a code whose HTTP status is 500 or more). It
// is unset if the operation was refused: that is the caller's fault or the answer that the caller
// asked for, as a 404 of an HTTP server is.
//
// The metrics, with the attributes roster.operation and error.type:
//
//	roster.operation.duration  histogram, s
//	roster.operation.errors    counter, {error}: operations that did not succeed
//	roster.delivery.age        histogram, s: time from a change to an attempt to deliver it
//
// Ids are not among the attributes of metrics, because each value makes a series of its own.
package otelroster
