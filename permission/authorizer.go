package permission

import (
	"context"
	"errors"
)

// Authorizer decides requests. A *Policy is one. A host implements it over casbin, cedar or a
// service of its own.
//
// Check returns nil to allow. Any error refuses the request. A *Denied says why. Any other error,
// for example of an engine that cannot be reached, reaches the caller as it is, or wrapped.
//
// Check is called inside a transaction that may run twice: it must not change anything, and it
// should be quick. An Authorizer that waits must stop when ctx is done. It must not call the
// Directory: a storage refuses a transaction inside a transaction.
type Authorizer interface {
	Check(ctx context.Context, r Request) error
}

// Explainer is an optional interface of an Authorizer. Explain returns the decision of Check with
// its reason, also for an allowed request.
type Explainer interface {
	Explain(ctx context.Context, r Request) Explanation
}

// AuthorizerFunc is a function that implements Authorizer.
type AuthorizerFunc func(ctx context.Context, r Request) error

// Check calls f. A nil f denies every request.
func (f AuthorizerFunc) Check(ctx context.Context, r Request) error {
	if f == nil {
		return noAuthorizer(r)
	}
	return f(ctx, r)
}

// Explain returns the decision of a on r and the reason of the decision. If a is an Explainer, the
// result is that of a.Explain. Otherwise Explain calls a.Check: a *Denied gives the reason, and an
// allowed request has the rule "allowed". For any other error, the request is denied by RuleFailed,
// without the text of the error. If a is nil, the request is denied by RuleNoAuthorizer.
func Explain(ctx context.Context, a Authorizer, r Request) Explanation {
	if a == nil {
		return explain(r, noAuthorizer(r))
	}
	if e, ok := a.(Explainer); ok {
		return e.Explain(ctx, r)
	}
	return explain(r, a.Check(ctx, r))
}

// explain returns the explanation of a Check that returned err.
func explain(r Request, err error) Explanation {
	var d *Denied
	switch {
	case err == nil:
		return Explanation{true, Reason{Action: r.Action, Rule: ruleAllowedElsewhere}}
	case errors.As(err, &d) && d != nil:
		return Explanation{false, d.Reason}
	default:
		return Explanation{false, Reason{Action: r.Action, Rule: RuleFailed}} // the text of the error may be secret
	}
}

// noAuthorizer returns the denial of a request without an Authorizer.
func noAuthorizer(r Request) error {
	return &Denied{Reason{Action: r.Action, Rule: RuleNoAuthorizer}}
}

// All returns an Authorizer that allows a request if every member allows it. The first denial is
// returned, but a denial that is not Scoped goes before one that is, because the actor may then
// do the action to no target. All denies every request without members or with a nil member.
func All(list ...Authorizer) Authorizer { return all(append([]Authorizer(nil), list...)) }

type all []Authorizer

func (list all) Check(ctx context.Context, r Request) error {
	if len(list) == 0 {
		return noAuthorizer(r)
	}
	var scoped error
	for _, a := range list {
		if a == nil {
			return noAuthorizer(r)
		}
		switch err := a.Check(ctx, r); {
		case err == nil:
		case weight(err) != 1:
			return err
		case scoped == nil:
			scoped = err
		}
	}
	return scoped
}

func (list all) Explain(ctx context.Context, r Request) Explanation {
	if err := list.Check(ctx, r); err != nil {
		return explain(r, err)
	}
	return Explain(ctx, list[0], r) // the first member gives the reason
}

// Any returns an Authorizer that allows a request if one of its members allows it. It asks them
// in order and skips nil members. If none allows it, Any returns the error of a member that
// failed, else a denial that is Scoped, else the first denial. Any denies every request without
// members.
func Any(list ...Authorizer) Authorizer { return anyOf(append([]Authorizer(nil), list...)) }

type anyOf []Authorizer

func (list anyOf) Check(ctx context.Context, r Request) error {
	var worst error
	for _, a := range list {
		if a == nil {
			continue
		}
		err := a.Check(ctx, r)
		if err == nil {
			return nil
		}
		if worst == nil || weight(err) > weight(worst) {
			worst = err
		}
	}
	if worst == nil {
		return noAuthorizer(r)
	}
	return worst
}

func (list anyOf) Explain(ctx context.Context, r Request) Explanation {
	for _, a := range list {
		if a == nil {
			continue
		}
		if e := Explain(ctx, a, r); e.Allowed {
			return e
		}
	}
	return explain(r, list.Check(ctx, r))
}

// weight orders errors of members: 2 for a failure, 1 for a Scoped denial, 0 for any other
// denial.
func weight(err error) int {
	var d *Denied
	switch {
	case !errors.As(err, &d) || d == nil:
		return 2
	case d.Scoped:
		return 1
	default:
		return 0
	}
}
