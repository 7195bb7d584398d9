package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/privatefile"
	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// The demo account, its administrator and its agent.
const (
	demoAccount user.AccountID = "demo"
	demoAdmin   user.ID        = 1
	demoAgent   user.ID        = 2

	demoAdminLogin = "admin@demo.example"
	demoAgentLogin = "agent@demo.example"
	demoPassword   = "Demo-Passw0rd!"
	demoFunds      = "100.00"

	keyOmnidesk     = "demo-omnidesk"
	keyOmnideskRead = "demo-omnidesk-read"
	keyVoximplant   = "demo-voximplant"
	keySCIM         = "demo-scim"
)

// demoText describes the data of demoSeed. A test compares it with README.md.
const demoText = `  account      demo (Voximplant account_id 1), 100.00 USD
  application  1 myapp
  skill        1 support
  agent group  1
  queue        1
  profiles     1 Admin, 2 Agent, 3 Agent Manager
  user 1       admin@demo.example / Demo-Passw0rd! (Admin, Owner)
  user 2       agent@demo.example / Demo-Passw0rd! (Agent)
  Omnidesk     apiKey demo-omnidesk (all four permissions, acts as user 1)
               apiKey demo-omnidesk-read (USER_READ only)
  Voximplant   api_key=demo-voximplant (Owner)
  Genesys      HTTP Basic with a user's login and password
  LivePerson   a user's login and password at /api/account/demo/login
  SCIM         Authorization: Bearer demo-scim at /scim/v2 (acts as user 1)

New users get ids from 3 on. -demo-credentials FILE writes a service-account key file
for Voximplant's official clients; its tokens act as user 1.
`

// demoSeed returns the data of -demo: an account with an administrator, an agent, reference data,
// 100 USD and the keys of the APIs. Both users are in application 1, where Voximplant's methods
// look for users. The agent has agent group 1, skill 1 and queue 1, so that the reply of each
// vendor's API contains something.
func demoSeed() vendorhttp.SeedData {
	profile := func(id int64, name string, gives user.Role) user.Reference {
		return user.Reference{Kind: user.ReferenceProfile, ID: id, Name: name, Profile: user.Profile{Role: gives}}
	}
	admin := user.User{
		ID: demoAdmin, Identity: user.Identity{Login: demoAdminLogin},
		Names:   user.Names{First: "Ada", Last: "Admin", Display: "Ada Admin"},
		Contact: user.Contact{Email: demoAdminLogin},
		Access: user.Access{
			Granted: user.RolesOf(user.Owner), Profiles: user.IDSetOf[user.ProfileID](1), Applications: user.IDSetOf[user.ApplicationID](1),
		},
	}
	agent := user.User{
		ID: demoAgent, Identity: user.Identity{Login: demoAgentLogin},
		Names:   user.Names{First: "Alex", Last: "Agent", Display: "Alex Agent"},
		Contact: user.Contact{Email: demoAgentLogin},
		Capacity: user.Capacity{
			MaxChats: 4, MemberOf: user.Assignment{Group: 1},
			Skills: user.IDSetOf[user.SkillID](1), Queues: user.IDSetOf[user.QueueID](1),
		},
		Access: user.Access{Profiles: user.IDSetOf[user.ProfileID](2), Applications: user.IDSetOf[user.ApplicationID](1)},
	}
	password := roster.PasswordOf(demoPassword)
	return vendorhttp.SeedData{
		Accounts: []vendorhttp.SeedAccount{{
			Settings: user.Account{ID: demoAccount, Name: string(demoAccount), Currency: "USD"},
			Number:   1, Email: demoAdminLogin, Funds: demoFunds,
			References: []user.Reference{
				{Kind: user.ReferenceApplication, ID: 1, Name: "myapp"},
				{Kind: user.ReferenceSkill, ID: 1, Name: "support"},
				{Kind: user.ReferenceGroup, ID: 1, Name: "agents"},
				{Kind: user.ReferenceQueue, ID: 1, Name: "queue"},
				profile(1, "Admin", user.Admin), profile(2, "Agent", user.Agent), profile(3, "Agent Manager", user.AgentManager),
			},
			Users: []vendorhttp.SeedUser{{User: admin, Password: password}, {User: agent, Password: password}},
		}},
		Keys: []vendorhttp.Key{
			{Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf(keyOmnidesk), Account: demoAccount, User: demoAdmin, Permissions: permission.VendorPermissions()},
			{
				Vendor: vendorhttp.Omnidesk, Secret: roster.PasswordOf(keyOmnideskRead), Account: demoAccount, User: demoAdmin,
				Permissions: permission.PermissionsOf(permission.PermUserRead),
			},
			{Vendor: vendorhttp.Voximplant, Secret: roster.PasswordOf(keyVoximplant), Account: demoAccount, User: demoAdmin},
			{Vendor: scim.SCIM, Secret: roster.PasswordOf(keySCIM), Account: demoAccount, User: demoAdmin},
		},
	}
}

// keyFile is a service account's key in the form that the official clients read from a file.
type keyFile struct {
	AccountEmail string `json:"account_email"`
	AccountID    int64  `json:"account_id"`
	KeyID        string `json:"key_id"`
	PrivateKey   string `json:"private_key"`
}

// writeCredentials creates a new Voximplant service-account key for the administrator of the demo
// account. It writes the private key as JSON to the file path, which only the owner of the file can
// read. An existing file is replaced. The returned key has the public part. Errors: those of
// creating the key and of privatefile.Write.
func writeCredentials(path string) (vendorhttp.Key, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return vendorhttp.Key{}, err
	}
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	key := vendorhttp.Key{
		Vendor: vendorhttp.Voximplant, ID: hex.EncodeToString(id[:]), Account: demoAccount, User: demoAdmin,
		PublicKey: pemText("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&private.PublicKey)),
	}
	der, err := x509.MarshalPKCS8PrivateKey(private) // the clients for Java and .NET read no other form
	if err != nil {
		return vendorhttp.Key{}, err
	}
	text, err := json.MarshalIndent(keyFile{
		AccountEmail: demoAdminLogin, AccountID: 1, KeyID: key.ID, PrivateKey: pemText("PRIVATE KEY", der),
	}, "", "  ")
	if err != nil {
		return vendorhttp.Key{}, err
	}
	return key, writePrivate(path, append(text, '\n'))
}

// writePrivate writes a file that only its owner can read.
func writePrivate(path string, text []byte) error {
	return privatefile.Write(path, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// demoHost returns a handle of the demo account for the system actor.
func demoHost(dir *roster.Directory) roster.Handle { return dir.As(demoAccount, roster.SystemActor()) }
