// Package omnidesk speaks the wire format of Omnidesk's user controller over a directory: its 22
// endpoints under /api/v2/user, and reserveUserForLiveChannel, which the vendor's document names
// without describing it.
//
//	realm := vendorhttp.NewCredentials()
//	err := realm.AddKey(vendorhttp.Key{
//		Vendor: vendorhttp.Omnidesk, Secret: "my-key", Account: "acme", User: 1, Permissions: permission.VendorPermissions(),
//	})
//	server := httptest.NewServer(omnidesk.New(dir, realm, omnidesk.Options{}))
//
// A key comes in the header apiKey, or as ?apiKey=. It acts as a user of its account, and may do
// what its own permissions allow, whatever the roles of that user are. Parameters come in the
// query, as JSON, as a form, as multipart/form-data, and in the two ways in which the vendor prints
// its examples: a form in double quotes with values in single ones, and JSON that calls itself
// multipart. "UID", or no userID, is the user that the API key acts as.
//
// Answers are {"type":"list",…}, {"type":"item",…} or {"type":"result",…}; every error is
//
//	{"status":"error","message":"…","errors":[{"field":"telephone","code":"too_short","message":"…"}]}
//
// with 400 for what is wrong with the request, 401 without a good key, 403 without the permission,
// 404 for what is not there, 409 for what does not fit the present state: a name that is taken, a
// locked status, no free agent.
//
// Values are read to the letter of the vendor's patterns, mistakes included: "miso" is a date
// format and "-" a first name, O'Brien is none, and a telephone has twelve characters.
// Options.Strict reads what was meant. Query and campaign are always strict, since their letter
// takes a<script> and a^b. A telephone or an address that the directory could not find again, such
// as one whose country code begins with 0, is refused by both.
//
// The package translates. What is allowed and what is valid, packages permission and validate
// decide. It sends no mail and refreshes no tab: POST /user and refreshTab leave a change
// (user.activation_requested, tab.refreshed) to which the embedding server reacts.
package omnidesk
