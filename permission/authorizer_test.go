package permission_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

var errDown = errors.New("the engine is down")

func answering(err error) permission.Authorizer {
	return permission.AuthorizerFunc(func(context.Context, permission.Request) error { return err })
}

func denying(rule string, scoped bool) error {
	return fmt.Errorf("host: %w", &permission.Denied{Reason: permission.Reason{Rule: rule, Scoped: scoped}})
}

// TestAllAndAny checks which requests All and Any allow, and which refusal they return. Without an
// authorizer both deny.
func TestAllAndAny(t *testing.T) {
	yes, no, scoped, down := answering(nil), answering(denying("no", false)), answering(denying("far", true)), answering(errDown)
	var none permission.AuthorizerFunc
	for _, tt := range []struct {
		name string
		a    permission.Authorizer
		rule string // "" allows
	}{
		{"all of none", permission.All(), permission.RuleNoAuthorizer},
		{"all of nil", permission.All(yes, nil), permission.RuleNoAuthorizer},
		{"all yes", permission.All(yes, yes), ""},
		{"all, the first refusal", permission.All(yes, no, answering(denying("later", false))), "no"},
		{"all, the first scoped one", permission.All(scoped, yes, answering(denying("farther", true))), "far"},
		{"all, a scoped one gives way", permission.All(yes, scoped, no), "no"},
		{"all, a scoped one gives way to a failure", permission.All(scoped, down), permission.RuleFailed},
		{"all, a failure", permission.All(yes, down), permission.RuleFailed},
		{"any of none", permission.Any(), permission.RuleNoAuthorizer},
		{"any of nil", permission.Any(nil), permission.RuleNoAuthorizer},
		{"any yes", permission.Any(nil, no, down, yes), ""},
		{"any, a scope tells more", permission.Any(no, scoped, no), "far"},
		{"any, a failure tells most", permission.Any(no, down, scoped), permission.RuleFailed},
		{"any, a failure after a scope", permission.Any(scoped, down), permission.RuleFailed},
		{"any, the first of its sort", permission.Any(no, answering(denying("later", false))), "no"},
		{"a nil function", none, permission.RuleNoAuthorizer},
		{"a nil *Denied refuses too", answering((*permission.Denied)(nil)), permission.RuleFailed},
		{"one in the other", permission.All(permission.Any(no, yes), permission.All(yes)), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := permission.Request{Action: permission.UserRead, Actor: actor(1, user.Agent)}
			err, e := tt.a.Check(ctx, r), permission.Explain(ctx, tt.a, r)
			if (err == nil) != (tt.rule == "") || e.Allowed != (err == nil) {
				t.Fatalf("Check %v, Explain %v", err, e)
			}
			if err != nil && e.Rule != tt.rule {
				t.Errorf("rule %q, want %q", e.Rule, tt.rule)
			}
			if tt.rule == permission.RuleFailed && errors.Is(err, permission.ErrDenied) && err.Error() != "permission denied" {
				t.Errorf("a failure passes for a denial: %v", err)
			}
		})
	}
	if e := permission.Explain(ctx, nil, permission.Request{Action: permission.UserRead}); e.Allowed || e.Rule != permission.RuleNoAuthorizer {
		t.Errorf("%v", e)
	}
}

// All is explained by its first member, the others only did not object; Any by the one that
// allowed.
func TestExplainNamesWhoAllowed(t *testing.T) {
	r := permission.Request{Action: permission.UserRead, Actor: actor(1, user.Supervisor), Target: target(2)}
	if e := permission.Explain(ctx, permission.All(permission.Voximplant(), answering(nil)), r); e.Policy != "voximplant" || e.Rule != "get-users" {
		t.Errorf("%v", e)
	}
	if e := permission.Explain(ctx, permission.Any(permission.Genesys(), permission.Voximplant()), r); e.Policy != "voximplant" {
		t.Errorf("%v", e)
	}
}

// The list given to All or Any can be changed afterwards without changing the answer.
func TestCombinationsKeepTheirOwnList(t *testing.T) {
	list := []permission.Authorizer{answering(errDown)}
	every, some := permission.All(list...), permission.Any(list...)
	list[0] = answering(nil)
	for _, a := range []permission.Authorizer{every, some} {
		if err := a.Check(ctx, permission.Request{}); !errors.Is(err, errDown) {
			t.Errorf("%v", err)
		}
	}
}
