//! libvirt's lifecycle events, which the `virt` crate has no safe way to yet.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use tokio::sync::broadcast;
use virt::connect::Connect;
use virt::error::{Error as VirtError, clear_error_callback};
use virt::{event, sys};

use crate::model::InstanceId;

type Changes = broadcast::Sender<InstanceId>;

/// Starts libvirt's event loop once per process, before the first connection. Events and keep-alives need it.
///
/// # Errors
/// When libvirt refuses.
pub fn run_loop() -> Result<(), VirtError> {
    static STARTED: OnceLock<Result<(), VirtError>> = OnceLock::new();
    let start = || {
        // Else libvirt prints every error that it also returns.
        clear_error_callback();
        event::event_register_default_impl()?;
        thread::spawn(|| {
            loop {
                if let Err(error) = event::event_run_default_impl() {
                    tracing::warn!(%error, "libvirt's event loop stumbled");
                    thread::sleep(Duration::from_secs(1));
                }
            }
        });
        Ok(())
    };
    match STARTED.get_or_init(start) {
        Ok(()) => Ok(()),
        Err(_) => Err(VirtError::last_error()),
    }
}

/// Sends the instance of every lifecycle event, until the connection is closed.
///
/// # Errors
/// When libvirt refuses.
pub fn subscribe(connection: &Connect, changes: Changes) -> Result<(), VirtError> {
    type Lifecycle = unsafe extern "C" fn(sys::virConnectPtr, sys::virDomainPtr, c_int, c_int, *mut c_void) -> c_int;
    type Generic = unsafe extern "C" fn(sys::virConnectPtr, sys::virDomainPtr, *mut c_void);

    let opaque = Box::into_raw(Box::new(changes)).cast::<c_void>();
    // SAFETY: for this event, libvirt calls back with the arguments of `Lifecycle`; its API passes every kind of
    // callback as `Generic`. `opaque` stays valid until libvirt calls `forget` with it, once.
    let id = unsafe {
        let callback = std::mem::transmute::<Lifecycle, Generic>(changed);
        sys::virConnectDomainEventRegisterAny(
            connection.as_ptr(),
            std::ptr::null_mut(),
            sys::VIR_DOMAIN_EVENT_ID_LIFECYCLE as c_int,
            Some(callback),
            opaque,
            Some(forget),
        )
    };
    if id < 0 {
        let error = VirtError::last_error();
        // SAFETY: a registration that failed does not take `opaque` over.
        unsafe { forget(opaque) };
        return Err(error);
    }
    Ok(())
}

unsafe extern "C" fn changed(
    _connection: sys::virConnectPtr,
    domain: sys::virDomainPtr,
    _event: c_int,
    _detail: c_int,
    opaque: *mut c_void,
) -> c_int {
    let mut text: [c_char; sys::VIR_UUID_STRING_BUFLEN as usize] = [0; sys::VIR_UUID_STRING_BUFLEN as usize];
    // SAFETY: libvirt passes a valid domain and the pointer that was registered; the buffer has the size it asks for,
    // and holds a C string when the call succeeds.
    unsafe {
        if sys::virDomainGetUUIDString(domain, text.as_mut_ptr()) == 0 {
            let changes = &*opaque.cast::<Changes>();
            let id = CStr::from_ptr(text.as_ptr()).to_string_lossy().into_owned();
            // Nobody may be listening, such as while the agent stops.
            let _ = changes.send(InstanceId::from(id));
        }
    }
    0
}

unsafe extern "C" fn forget(opaque: *mut c_void) {
    // SAFETY: called once, with what `subscribe` registered.
    drop(unsafe { Box::from_raw(opaque.cast::<Changes>()) });
}
