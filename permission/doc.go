// Package permission decides which actor may do which action to which target, and gives the
// reason.
//
// A Policy is a table. Each row allows some actions to some roles or permissions, for some
// targets and attributes. What no row allows is denied. Omnidesk, Genesys, LivePerson and
// Voximplant return the tables of the vendors' documents. Default is for hosts that follow no
// vendor. Policy.Matrix prints a policy as a table. ExamplePolicy_Check shows a denial.
//
// Every policy includes the SelfRules: no actor gains, gives or takes away more power than it may
// grant, removes the role Admin from its own user, or sets the password of its own user without
// the old one.
//
// To change a policy, take its Spec, change the rows, and call New. All and Any combine policies.
// A host that decides with casbin, cedar or a service of its own implements Authorizer; package
// roster still applies the SelfRules. An Authorizer with long lists should implement Scoper too.
//
// The package is pure: it reads no storage and no clock, has no state, and does not know who has
// signed in. It trusts the Request. The caller must fill in the Request from stored users, inside
// the transaction of the write. The caller also decides whether the actor may see a denial, which
// can reveal that a user exists.
package permission
