"""Claims, the theorems that decide them, certificates, the checker, the studies, the command line."""
