-- What clients do: mostly a look at an account, at times a change, now and then a report that sorts.
\set aid random_zipfian(1, 2000000, 1.1)
\set from random(1, 1980000)
\set kind random(1, 100)
\if :kind <= 90
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
\elif :kind <= 97
UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :aid;
\else
SELECT bid, abalance, count(*) FROM pgbench_accounts WHERE aid BETWEEN :from AND :from + 20000 GROUP BY bid, abalance, aid % 5000 ORDER BY count(*) DESC, abalance LIMIT 10;
\endif
