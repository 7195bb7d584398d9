// Package scim serves the users and groups of a directory to identity providers by SCIM 2.0
// (RFC 7643, RFC 7644, and cursors by RFC 9865). It translates and holds no rule: what a caller may
// do is the policy's decision, and what a change resets is the model's.
//
//	credentials := vendorhttp.NewCredentials()
//	err := credentials.AddKey(vendorhttp.Key{
//		Vendor: scim.SCIM, Secret: roster.PasswordOf("a long random token"), Account: "acme", User: 1,
//	})
//	server := httptest.NewServer(scim.New(dir, credentials, scim.Options{}))
//
// A request has the header Authorization with a bearer token. The token is a key of an account and
// acts as a user of that account.
//
// # Resources
//
// A User is a user of the account. userName is the login, externalId the employee id, active says
// that the user is enabled, and password is write-only. There is one e-mail address, of the type
// work, and one telephone number of each of the types work and mobile; another type is refused,
// because nothing would keep it. What SCIM has no attribute for is in the extension
// urn:ietf:params:scim:schemas:extension:roster:2.0:User. A user who loses a role by a change of
// "roles" loses in the same write what the role's transitions reset.
//
// A Group is a group that users may be in any number of. The one agent group in which a user works
// is the attribute memberOf of the extension.
//
// GET /Schemas describes all attributes.
//
// # Differences from the standards
//
// Entity tags are weak and are compared weakly by If-Match too, as the examples of RFC 7644 section
// 3.14 do. RFC 9110 section 13.1.1 wants a strong comparison, with which no weak tag ever matches.
//
// A PATCH of a group changes its members and its name in two transactions, the members first.
package scim
