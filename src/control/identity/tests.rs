use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt as _;

use chrono::TimeDelta;

use super::*;
use crate::control::testing::{Cloud, PASSWORD};
use crate::control::{Asker, Ctx};
use crate::model::Noun;

async fn login(cloud: &Cloud, user: &str, password: &str) -> Result<Issued> {
    cloud.services.identity.login("Default", user, password, Scope::Default, None).await
}

fn reason<T>(result: Result<T>) -> Reason {
    result.err().expect("it must be refused").reason
}

#[tokio::test]
async fn a_token_says_who_where_and_as_what_until_it_expires() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let info = cloud.services.identity.validate(&ann.token).await.unwrap();
    assert_eq!(info.user.name, "ann");
    assert_eq!(info.user_domain.name, "Default");
    assert_eq!(info.project.unwrap().0.name, "web");
    assert_eq!(info.roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>(), ["member"]);
    assert_eq!(info.methods, ["password"]);
    assert_eq!(info.expires_at - info.issued_at, TimeDelta::hours(1));

    cloud.clock.advance(TimeDelta::minutes(59));
    assert!(cloud.services.identity.validate(&ann.token).await.is_ok());
    cloud.clock.advance(TimeDelta::minutes(1));
    assert_eq!(reason(cloud.services.identity.validate(&ann.token).await), Reason::NotAuthenticated);
}

#[tokio::test]
async fn tokens_and_roles_outlive_a_restart() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let cloud = cloud.restarted().await;
    assert!(cloud.services.identity.validate(&ann.token).await.is_ok());
    let roles = cloud.services.identity.roles(&cloud.system()).await.unwrap();
    assert_eq!(roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>(), ["admin", "member", "reader"]);
    let mode =
        |path: &str| cloud.home.dir.path().join("state").join(path).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!([mode("keys"), mode("keys/tokens"), mode("images")], [0o700, 0o600, 0o700]);
    if cloud.home.database().is_empty() {
        assert_eq!(mode("arcus.db"), 0o600);
    }
}

#[tokio::test]
async fn what_is_taken_away_is_gone_from_old_tokens_at_once() {
    let cloud = Cloud::new().await;
    let identity = &cloud.services.identity;
    let ann = cloud.person("ann", "web", "member").await;
    let admin = identity.roles(&cloud.system()).await.unwrap().remove(0);
    identity.grant(&cloud.system(), &ann.user_id, &ann.project_id, &admin.id).await.unwrap();
    assert_eq!(identity.validate(&ann.token).await.unwrap().roles.len(), 2);
    identity.withdraw(&cloud.system(), &ann.user_id, &ann.project_id, &admin.id).await.unwrap();
    assert_eq!(identity.validate(&ann.token).await.unwrap().roles.len(), 1);

    identity.revoke(&ann.token).await.unwrap();
    assert_eq!(reason(identity.validate(&ann.token).await), Reason::NotAuthenticated);

    let token = login(&cloud, "ann", PASSWORD).await.unwrap().token;
    cloud.clock.advance(TimeDelta::seconds(1));
    identity.set_password(&ann, &ann.user_id, "another password").await.unwrap();
    assert_eq!(reason(identity.validate(&token).await), Reason::NotAuthenticated);

    let token = login(&cloud, "ann", "another password").await.unwrap().token;
    cloud.clock.advance(TimeDelta::seconds(1));
    identity.set_user_enabled(&cloud.system(), &ann.user_id, false).await.unwrap();
    assert_eq!(reason(identity.validate(&token).await), Reason::NotAuthenticated);
    assert_eq!(reason(login(&cloud, "ann", "another password").await), Reason::BadCredentials);
    identity.set_user_enabled(&cloud.system(), &ann.user_id, true).await.unwrap();
    assert_eq!(reason(identity.validate(&token).await), Reason::NotAuthenticated, "not even when enabled again");

    let token = login(&cloud, "ann", "another password").await.unwrap().token;
    let member = identity.roles(&cloud.system()).await.unwrap().remove(1);
    identity.withdraw(&cloud.system(), &ann.user_id, &ann.project_id, &member.id).await.unwrap();
    assert_eq!(reason(identity.validate(&token).await), Reason::NotAuthenticated, "no role is left");
    assert_eq!(reason(login(&cloud, "ann", "another password").await), Reason::NoProject);
}

#[tokio::test]
async fn a_token_changes_its_project_but_not_its_end() {
    let cloud = Cloud::new().await;
    let identity = &cloud.services.identity;
    let ann = cloud.person("ann", "web", "member").await;
    let other = cloud.project("other").await;
    let first = identity.validate(&ann.token).await.unwrap();
    assert!(matches!(
        reason(identity.rescope(&ann.token, Scope::Project(other.id.clone())).await),
        Reason::NotFound { noun: Noun::Project, .. }
    ));
    cloud.grant(&ann.user_id, &other.id, "reader").await;
    cloud.clock.advance(TimeDelta::minutes(10));
    let named = Scope::ProjectNamed { name: "other".into(), domain: "Default".into() };
    let second = identity.rescope(&ann.token, named).await.unwrap();
    assert_eq!(second.info.project.unwrap().0.id, other.id);
    assert_eq!(second.info.expires_at, first.expires_at);
    assert_eq!(second.info.methods, ["password", "token"]);
    identity.revoke(&ann.token).await.unwrap();
    assert!(identity.validate(&second.token).await.is_ok(), "each token ends alone");

    let unscoped = identity.rescope(&second.token, Scope::Unscoped).await.unwrap();
    assert!(unscoped.info.project.is_none() && unscoped.info.roles.is_empty());
    assert!(Ctx::from_token(&unscoped.token, &unscoped.info, "req-1").is_none());
}

#[tokio::test]
async fn wrong_domain_user_and_password_look_alike_and_are_throttled() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let identity = &cloud.services.identity;
    let here = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    for (domain, user, password) in
        [("Default", "ann", "wrong one"), ("Default", "nobody", PASSWORD), ("Nowhere", "ann", PASSWORD)]
    {
        let refusal = identity.login(domain, user, password, Scope::Default, here).await;
        assert_eq!(reason(refusal), Reason::BadCredentials, "{domain} {user}");
    }
    for _ in 0..4 {
        assert_eq!(
            reason(
                identity
                    .login_noted(Named::Id(ann.user_id.clone()), "wrong one", Scope::Default, here, &Asker::default())
                    .await
            ),
            Reason::BadCredentials
        );
    }
    let refusal = reason(login(&cloud, "ann", PASSWORD).await);
    assert_eq!(refusal, Reason::TooManyAttempts { seconds: 30 }, "by name and by id count as one");
    cloud.clock.advance(TimeDelta::seconds(30));
    assert!(login(&cloud, "ann", PASSWORD).await.is_ok());
    for _ in 0..8 {
        assert!(login(&cloud, "ann", PASSWORD).await.is_ok(), "successes are not counted");
    }
}

#[tokio::test]
async fn only_administrators_administer_and_people_change_their_own_password() {
    let cloud = Cloud::new().await;
    let identity = &cloud.services.identity;
    let ann = cloud.person("ann", "web", "member").await;
    let bob = cloud.person("bob", "web", "reader").await;
    let domain = "default".into();
    let forbidden = |reason: Reason| assert!(matches!(reason, Reason::Forbidden { .. }), "{reason}");
    forbidden(reason(identity.users(&ann).await));
    forbidden(reason(identity.projects(&ann).await));
    forbidden(reason(identity.domains(&ann).await));
    forbidden(reason(identity.roles(&ann).await));
    forbidden(reason(identity.assignments(&ann).await));
    forbidden(reason(identity.create_domain(&ann, "d", "").await));
    forbidden(reason(identity.create_project(&ann, &domain, "p", "").await));
    forbidden(reason(identity.create_user(&ann, &domain, "u", PASSWORD, None).await));
    forbidden(reason(identity.create_role(&ann, "r").await));
    forbidden(reason(identity.delete_user(&ann, &bob.user_id).await));
    forbidden(reason(identity.delete_project(&ann, &ann.project_id).await));
    forbidden(reason(identity.set_user_enabled(&ann, &bob.user_id, false).await));
    forbidden(reason(identity.set_password(&ann, &bob.user_id, "taken over").await));
    assert!(identity.set_password(&bob, &bob.user_id, "my own choice").await.is_ok());
}

#[tokio::test]
async fn names_are_taken_once_and_unknown_things_are_named() {
    let cloud = Cloud::new().await;
    let identity = &cloud.services.identity;
    let (system, default) = (cloud.system(), "default".into());
    let ann = cloud.person("ann", "web", "member").await;
    let duplicate = |reason: Reason| assert!(matches!(reason, Reason::Duplicate { .. }), "{reason}");
    duplicate(reason(identity.create_project(&system, &default, "web", "").await));
    duplicate(reason(identity.create_user(&system, &default, " ann ", PASSWORD, None).await));
    duplicate(reason(identity.create_role(&system, "admin").await));
    duplicate(reason(identity.create_domain(&system, "Default", "").await));
    let elsewhere = identity.create_domain(&system, "Elsewhere", "").await.unwrap();
    assert!(identity.create_project(&system, &elsewhere.id, "web", "").await.is_ok(), "another domain");
    assert!(matches!(
        reason(identity.create_user(&system, &"nowhere".into(), "u", PASSWORD, None).await),
        Reason::NotFound { noun: Noun::Domain, .. }
    ));
    identity.delete_user(&system, &ann.user_id).await.unwrap();
    assert!(matches!(
        reason(identity.delete_user(&system, &ann.user_id).await),
        Reason::NotFound { noun: Noun::User, .. }
    ));
    assert_eq!(reason(identity.validate(&ann.token).await), Reason::NotAuthenticated);
    identity.delete_project(&system, &ann.project_id).await.unwrap();
}
