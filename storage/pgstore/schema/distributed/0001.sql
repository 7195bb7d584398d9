-- Spreads the tables over the nodes of a Citus cluster. All rows of an account are on one node.
SELECT create_distributed_table('roster_accounts', 'id');

SELECT create_distributed_table('roster_sequences', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_users', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_unique_keys', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_shared_keys', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_user_sets', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_user_custom', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_user_texts', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_secrets', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_refs', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_balances', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_postings', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_reversals', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_changes', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_deliveries', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_dead_letters', 'account', colocate_with => 'roster_accounts');

SELECT create_distributed_table('roster_compactions', 'account', colocate_with => 'roster_accounts');
