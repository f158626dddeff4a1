//! Where the store is and how it is opened, by the settings and the folders of a session.

use crate::base::{Env, Exit, Result, UserError};
use crate::config::Config;
use crate::store::OpenOptions;
use std::path::PathBuf;
use std::sync::Arc;

/// How to open the store that the settings name.
///
/// # Errors
/// When `store.url` is not the address of a store that this program can open.
pub fn store_options(env: &Env, config: &Config) -> Result<OpenOptions> {
    let url = config.store.url.as_str();
    let path = match url.split_once(':') {
        _ if url.is_empty() => env.paths.database(),
        Some(("sqlite", path)) if !path.is_empty() => PathBuf::from(path.strip_prefix("//").unwrap_or(path)),
        _ => {
            // Nothing of the address but its kind is repeated: it may hold a password.
            let kind = url.split(':').next().unwrap_or_default();
            return Err(UserError::new(format!("store.url: cannot open a store of kind \"{kind}\""))
                .hint("use sqlite:PATH, or leave it empty for the usual place")
                .exit(Exit::Store));
        }
    };
    let database = &config.performance.database;
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(OpenOptions {
        runtime_dir: env.var("XDG_RUNTIME_DIR").map(PathBuf::from),
        pool_min: small(database.connection_pool_min),
        pool_max: small(database.connection_pool_max),
        query_timeout_ms: database.query_timeout_ms,
        statement_cache: crate::base::num::to_usize(database.statement_cache_size),
        slow_query_ms: config.performance.monitoring.slow_query_ms,
        keeps_values: config.search.history,
        allow_network: config.store.allow_network,
        author: env.var("LOGNAME").or_else(|| env.var("USER")).unwrap_or_default().to_owned(),
        clock: Arc::clone(&env.clock),
        ..OpenOptions::new(path)
    })
}
