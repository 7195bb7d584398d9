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
// work, and one telephone number of each of the types work and mobile. What SCIM has no attribute
// for is in the extension urn:ietf:params:scim:schemas:extension:roster:2.0:User, the account's
// custom attributes under "custom". A user who loses a role by a change of "roles" loses in the
// same write what the role's transitions reset.
//
// The attributes of the enterprise extension are the account's custom attributes employee_number,
// cost_center, organization, division, department and manager, where the account has them as texts
// or choices.
//
// A Group is a group that users may be in any number of. The one group in which a user works is the
// attribute memberOf of the extension.
//
// GET /Schemas describes what the account keeps. Some other attributes that identity providers send
// are taken and not kept, and the reply shows that: RFC 7644 section 3.3 says that "the server is
// free to alter and/or ignore POSTed content". These are title, nickName, profileUrl, userType,
// locale, timezone, addresses, ims, photos, entitlements, x509Certificates, the parts of a name
// other than givenName and familyName, e-mail addresses and telephone numbers of other types, and
// those of the enterprise extension that the account has no custom attribute for. Any other
// attribute is refused.
//
// A PUT clears what its body does not name, as RFC 7644 section 3.5.1 allows, but not the password,
// "active", "roles" and whole extensions: a provider that does not know of roles does not take
// them.
//
// # Differences from the standards
//
// Entity tags are weak and are compared weakly by If-Match too, as the examples of RFC 7644 section
// 3.14 do. RFC 9110 section 13.1.1 wants a strong comparison, with which no weak tag ever matches.
//
// A PATCH of a group changes its members and its name in two transactions, the members first, and
// those of more than 1,000 members in several. A change of a group that fails for what one can know
// before changes nothing.
//
// The filter emails[type eq "work"].value eq "ann@example.com", which Entra sends, is taken, though
// the grammar of RFC 7644 does not have it.
package scim
