//! `RoleToken`: a token and what its bearer may do, `TOKEN:ROLE`.

use super::nearest::nearest;
use super::{Secret, ValueError};

/// A token with its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleToken {
    /// The token, which is a secret.
    pub token: Secret,
    /// What its bearer may do.
    pub role: String,
}

impl RoleToken {
    /// Reads `TOKEN:ROLE,...`, each role one of those that are known; any, where none are. No token is told of in an
    /// error: its number is.
    ///
    /// # Errors
    /// A token that is empty or stands twice, a role that is missing or unknown.
    pub fn list(text: &str, roles: &[&str]) -> Result<Vec<Self>, ValueError> {
        let mut tokens: Vec<Self> = Vec::new();
        for (number, word) in (1..).zip(text.split(',')) {
            let read = Self::read(word.trim(), roles);
            let read = read.map_err(|problem| ValueError::new(format!("token {number} {problem}")))?;
            if let Some(at) = tokens.iter().position(|other| other.token == read.token) {
                return Err(ValueError::new(format!("tokens {} and {number} are the same", at + 1)));
            }
            tokens.push(read);
        }
        Ok(tokens)
    }

    fn read(word: &str, roles: &[&str]) -> Result<Self, String> {
        if word.is_empty() {
            return Err("is empty: a comma is too many".to_owned());
        }
        let (token, role) = word.rsplit_once(':').ok_or("has no role: it is TOKEN:ROLE")?;
        if token.is_empty() {
            return Err(format!("is empty, for {role}"));
        }
        if role.is_empty() {
            return Err("has an empty role".to_owned());
        }
        if !roles.is_empty() && !roles.contains(&role) {
            // What stands there may be the token itself, the wrong way round.
            let meant = nearest(&role.to_lowercase(), roles.iter().copied());
            let meant = meant.map(|role| format!("; did you mean {role}?")).unwrap_or_default();
            return Err(format!("has no known role: the roles are {}{meant}", roles.join(", ")));
        }
        Ok(Self { token: Secret::new(token), role: role.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [&str; 3] = ["admin", "operator", "viewer"];

    /// B9.
    #[test]
    fn tokens_have_roles() {
        let read = RoleToken::list("devtoken:admin, view:token:viewer", &ROLES).unwrap();
        let words: Vec<_> = read.iter().map(|one| (one.token.expose(), one.role.as_str())).collect();
        assert_eq!(words, [("devtoken", "admin"), ("view:token", "viewer")]);
        assert_eq!(RoleToken::list("a:any", &[]).unwrap().len(), 1);
    }

    /// B9: what is wrong is told by its number, and no token is.
    #[test]
    fn what_is_wrong_is_said_without_the_token() {
        for (text, want) in [
            ("", "token 1 is empty: a comma is too many"),
            ("hush:admin,", "token 2 is empty: a comma is too many"),
            ("hush", "token 1 has no role: it is TOKEN:ROLE"),
            (":admin", "token 1 is empty, for admin"),
            ("hush:", "token 1 has an empty role"),
            (
                "a:admin,hush:admn",
                "token 2 has no known role: the roles are admin, operator, viewer; did you mean admin?",
            ),
            ("admin:hush", "token 1 has no known role: the roles are admin, operator, viewer"),
            ("hush:admin,b:viewer,hush:viewer", "tokens 1 and 3 are the same"),
        ] {
            assert_eq!(RoleToken::list(text, &ROLES).unwrap_err().problem, want, "{text}");
        }
    }
}
