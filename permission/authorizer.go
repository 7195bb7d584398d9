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

// Explainer is what an Authorizer may implement as well to explain what it allows. Explain and Check must agree.
type Explainer interface {
	Explain(ctx context.Context, r Request) Explanation
}

// AuthorizerFunc is a function that is an Authorizer.
type AuthorizerFunc func(ctx context.Context, r Request) error

// Check calls f. A nil f denies everything.
func (f AuthorizerFunc) Check(ctx context.Context, r Request) error {
	if f == nil {
		return noAuthorizer(r)
	}
	return f(ctx, r)
}

// Explain asks a for a decision and its reason. If a is no Explainer the reason is taken from the error of Check, and
// is bare where a allows.
func Explain(ctx context.Context, a Authorizer, r Request) Explanation {
	if a == nil {
		return explain(r, noAuthorizer(r))
	}
	if e, ok := a.(Explainer); ok {
		return e.Explain(ctx, r)
	}
	return explain(r, a.Check(ctx, r))
}

func explain(r Request, err error) Explanation {
	var d *Denied
	switch {
	case err == nil:
		return Explanation{true, Reason{Action: r.Action, Rule: ruleAllowedElsewhere}}
	case errors.As(err, &d) && d != nil:
		return Explanation{false, d.Reason}
	default:
		return Explanation{false, Reason{Action: r.Action, Rule: RuleFailed}} // the text is Check's to tell: it is a stranger's
	}
}

func noAuthorizer(r Request) error {
	return &Denied{Reason{Action: r.Action, Rule: RuleNoAuthorizer}}
}

// All returns an Authorizer that allows what every one of the given ones allows. The first
// refusal stands, except that one that is Scoped gives way to one that is not: the actor may not
// do it to any target then. All without arguments denies everything.
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
	return Explain(ctx, list[0], r) // the first one says what was held, the others only did not object
}

// Any returns an Authorizer that allows what one of the given ones allows, asked in their order. If none does, the
// refusal that helps the caller most stands: a failure before a denial, a denial by scope before any other, and the
// first of its sort. Any of nobody denies everything.
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

// weight orders refusals by what they tell: 2 a failure, 1 a denial by scope, 0 any other.
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
