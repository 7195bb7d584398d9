package authorizer

import (
	"context"
	"iter"

	"github.com/cedar-policy/cedar-go"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// CedarPolicy is the policy of the center. context.anyone asks about any target: what is allowed
// then is refused for its target alone.
const CedarPolicy = `
permit (principal in Role::"admin", action in Action::"front-door", resource);
permit (principal in Role::"admin", action == Action::"recording.listen", resource);

permit (principal in Role::"team_lead",
  action in [Action::"user.read", Action::"user.list", Action::"presence.set", Action::"user.update",
    Action::"custom.set.shift_start"], resource)
when { context.anyone || (principal.leads.contains(resource.group) && ["agent"].containsAll(resource.roles)) }
unless {
  action == Action::"user.update" &&
  !["firstName", "lastName", "displayName", "skills"].containsAll(context.attributes)
};

permit (principal in Role::"quality_analyst",
  action in [Action::"user.read", Action::"user.list", Action::"recording.listen"], resource)
when {
  context.anyone ||
  (principal has site && resource has site && principal.site == resource.site && ["agent"].containsAll(resource.roles))
};

permit (principal, action in [Action::"user.read", Action::"user.list"], resource)
when { !context.key && (context.anyone || principal == resource) };
`

// Cedar decides by cedar policies, one set an account. It is a permission.Authorizer. An account
// without a set denies everything.
type Cedar struct {
	accounts map[user.AccountID]*cedar.PolicySet
}

// NewCedar returns an Authorizer that decides by Cedar policies. texts holds the source text of the
// policies of each account. It returns an error if a text is not valid Cedar.
func NewCedar(texts map[user.AccountID]string) (*Cedar, error) {
	c := &Cedar{map[user.AccountID]*cedar.PolicySet{}}
	for account, text := range texts {
		policies, err := cedar.NewPolicySetFromBytes(string(account), []byte(text))
		if err != nil {
			return nil, err
		}
		c.accounts[account] = policies
	}
	return c, nil
}

// Check implements permission.Authorizer. It returns nil if the system actor makes the request r,
// or if the Cedar policies of the account allow r. Otherwise it returns a *permission.Denied.
// Scoped is set in the *permission.Denied if the policies allow the action for other targets, so
// that lists show those targets. If the account has no policies, only the system actor is allowed.
func (c *Cedar) Check(_ context.Context, r permission.Request) error {
	if r.Actor.System {
		return nil
	}
	denied := &permission.Denied{Reason: permission.Reason{Action: r.Action, Policy: "cedar", Rule: "no-permit"}}
	policies := c.accounts[r.Account]
	if policies == nil {
		return denied
	}
	request, entities := cedarRequest(&r)
	ask := func(anyone bool) bool {
		request.Context = cedar.NewRecord(cedar.RecordMap{
			"anyone": cedar.Boolean(anyone), "key": cedar.Boolean(r.Actor.Key), "attributes": namesSet(r.Attributes.All()),
		})
		decision, _ := cedar.Authorize(policies, entities, request)
		return decision == cedar.Allow
	}
	if ask(false) {
		return nil
	}
	denied.Scoped = ask(true)
	return denied
}

// cedarRequest converts r to a Cedar request and the entities of the request. The principal is the
// actor, with the actor's roles as parents, or with no parents if the actor is a key. The resource
// is the target. An action in the set frontDoor has the parent "front-door". The actor has the
// attribute leads: the groups that the actor manages. The target has the attributes group and
// roles. Actor and target have the attribute site if it is set. If the actor is the target, one
// entity has the attributes of both.
func cedarRequest(r *permission.Request) (cedar.Request, cedar.EntityMap) {
	principal, resource := userUID(r.Actor.ID), userUID(r.Target.ID)
	action := cedar.NewEntityUID("Action", cedar.String(r.Action))
	var roles, groups []cedar.EntityUID
	if !r.Actor.Key {
		for role := range r.Actor.Roles.All() {
			roles = append(roles, cedar.NewEntityUID("Role", cedar.String(role)))
		}
	}
	if frontDoor.Has(r.Action) {
		groups = append(groups, cedar.NewEntityUID("Action", "front-door"))
	}
	var leads []cedar.Value
	for a := range r.Actor.Manages.All() {
		leads = append(leads, cedar.Long(a.Group))
	}
	target := cedar.RecordMap{"group": cedar.Long(r.Target.Group), "roles": namesSet(r.Target.Roles.All())}
	actor := cedar.RecordMap{"leads": cedar.NewSet(leads...)}
	addSite(target, r.Target.Custom)
	addSite(actor, r.Actor.Custom)
	entities := cedar.EntityMap{
		action:   {UID: action, Parents: cedar.NewEntityUIDSet(groups...)},
		resource: {UID: resource, Attributes: cedar.NewRecord(target)},
	}
	if principal == resource {
		for name, v := range target {
			actor[name] = v
		}
	}
	entities[principal] = cedar.Entity{
		UID: principal, Parents: cedar.NewEntityUIDSet(roles...), Attributes: cedar.NewRecord(actor),
	}
	return cedar.Request{Principal: principal, Action: action, Resource: resource}, entities
}

func userUID(id user.ID) cedar.EntityUID {
	return cedar.NewEntityUID("User", cedar.String(id.String()))
}

func addSite(record cedar.RecordMap, custom user.Custom) {
	if v, ok := custom.Get(Site); ok {
		record["site"] = cedar.String(v.String())
	}
}

// namesSet returns a Cedar set with one string for each of the names, which are roles or
// attributes.
func namesSet[T interface{ String() string }](names iter.Seq[T]) cedar.Set {
	var list []cedar.Value
	for name := range names {
		list = append(list, cedar.String(name.String()))
	}
	return cedar.NewSet(list...)
}
