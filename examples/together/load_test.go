package together_test

const loadClients = 200
