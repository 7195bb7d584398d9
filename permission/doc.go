// Package permission decides who may do what to whom, and says why.
//
// A Policy is a table: each row allows some actions to some roles or permissions, for some targets
// and attributes. What no row allows is denied. Omnidesk, Genesys, LivePerson and Voximplant return
// the tables of the four vendors' documents, Default one for hosts that follow none of them.
// Policy.Matrix prints a policy as the vendor's page shows it.
//
//	err := permission.Genesys().Check(ctx, permission.Request{
//		Action:  permission.RolesSet,
//		Actor:   permission.ActorOf(agent),
//		Target:  permission.TargetOf(colleague),
//		Granted: user.RolesOf(user.Admin),
//	})
//	// errors.Is(err, permission.ErrDenied); the *permission.Denied in it has the rule "grants-role-not-held".
//
// Every policy includes the SelfRules: no actor gains, gives or takes more than it may grant, takes
// the role Admin from its own user, or sets its own user's password without the old one.
//
// To change a policy, take its Spec, change the rows, and give it to New. To combine policies use
// All and Any. To let casbin, cedar or a service of your own decide, implement Authorizer, and
// the front door keeps the rules about power in front of it; implement Scoper too if its lists
// are long.
//
// The package is pure: it reads no store and no clock, keeps nothing, and does not know who has
// signed in. It trusts the Request; filling it from the stored rows, inside the transaction of the
// write, is the caller's part. It does not hide what an actor must not know of: the caller
// decides whether to show a denial to the actor.
package permission
